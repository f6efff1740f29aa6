import { expect } from 'chai';
import { jobKinds } from '../../contract/job-kinds.ts';
import type { Json } from '../../local/aws/executor.ts';
import {
  type Answers,
  argumentsOf,
  awsError,
  conditionFailed,
  entered,
  execute,
  fail,
  launch,
  taskFailed,
} from './execute-scan.ts';

describe('the state machine of job runs', () => {
  const input = { job_id: 'j1', kind: 'secrets', arguments: { scan_id: 'x' } };
  const settled = (updates: Json[]) => updates.at(-1).ExpressionAttributeValues;

  it('runs the job of that kind and saves its outcome', async () => {
    const { submitted, updates, status } = await execute('launch', input);
    expect(submitted.map(({ JobDefinition }) => JobDefinition)).to.deep.equal(['secrets:1']);
    expect(argumentsOf(submitted[0])).to.deep.equal({ scan_id: 'x' });
    expect(settled(updates)[':status']).to.deep.equal({ S: 'succeeded' });
    expect(JSON.parse(settled(updates)[':outcome'].S)).to.deep.equal({
      kind: 'secrets',
      status: 'succeeded',
    });
    expect(status).to.equal('SUCCEEDED');
  });

  it('runs every kind', async () => {
    for (const { name } of jobKinds) {
      const { submitted } = await execute('launch', { ...input, kind: name });
      expect(submitted[0].JobDefinition).to.equal(`${name}:1`);
    }
  });

  for (const [name, given, answers, reason] of [
    ['fails', input, fail('secrets', () => taskFailed('out of time')), 'out of time'],
    ['is not taken', input, fail('secrets', () => awsError('Batch.X')), 'the job could not be run (Batch.X)'],
    ['refuses', input, { outcome: () => ({ status: 'failed', reason: 'no' }) }, 'no'],
    ['leaves nothing', input, { outcome: () => null }, 'the job left no result'],
    ['is of no kind', { ...input, kind: 'gone' }, {}, 'this kind of job is no longer registered'],
    [
      'was aborted',
      {
        source: 'aws.states',
        detail: { status: 'TIMED_OUT', executionArn: 'a', input: JSON.stringify(input) },
      },
      {},
      'the job broke off (TIMED_OUT)',
    ],
  ] as const)
    it(`saves why a job ${name}`, async () => {
      const { updates } = await execute('launch', given, answers as Answers);
      expect(settled(updates)).to.deep.include({ ':status': { S: 'failed' }, ':reason': { S: reason } });
    });

  it('runs a job on demand that found no capacity on Spot', async () => {
    const { submitted, updates } = await execute('launch', input, {
      job: (_, attempt) => {
        if (attempt === 1) throw taskFailed('Your Spot Task was interrupted.');
      },
    });
    expect(submitted.map(({ JobQueue }) => JobQueue)).to.deep.equal(['queue', 'on-demand']);
    expect(settled(updates)[':status']).to.deep.equal({ S: 'succeeded' });
  });

  it('submits a job again that Batch did not take', async () => {
    const { submitted, status } = await execute('launch', input, {
      job: (_, attempt) => {
        if (attempt < 3) throw awsError('Batch.TooManyRequestsException');
      },
    });
    expect([submitted.length, status]).to.deep.equal([3, 'SUCCEEDED']);
  });

  it('does not run a job that has its end', async () => {
    const { state, submitted } = await execute('launch', input, {
      update: () => {
        throw conditionFailed();
      },
    });
    expect([state, submitted]).to.deep.equal(['Ended', []]);
  });

  it('has no state that the tests above did not come through', () => {
    expect(Object.keys(launch.States).filter((name) => !entered.launch.has(name))).to.deep.equal([]);
  });
});
