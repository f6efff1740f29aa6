import validate from 'asl-validator';
import { expect } from 'chai';
import { jobKinds } from '../../contract/job-kinds.ts';
import {
  jobStatuses,
  jsonBytes,
  maxOverrides,
  overridesOfBatch,
  scanEvent,
  scanStatuses,
} from '../../contract/scans.ts';
import type { Json } from '../../local/aws/executor.ts';
import {
  argumentsOf,
  awsError,
  conditionFailed,
  entered,
  execute,
  fail,
  jobs,
  launch,
  scan,
  scanInput,
  summary,
  taskFailed,
} from './execute-scan.ts';

describe('the state machine of scans', () => {
  it('is valid', () => {
    for (const definition of [scan, launch]) {
      const { isValid, errorsText } = validate(definition as never);
      expect(isValid, errorsText('\n')).to.equal(true);
    }
  });

  it('knows only statuses that the contract names', () => {
    const written = [
      ...JSON.stringify([scan, launch]).matchAll(/":(?:status|ended|queued|running)":\{"S":"([a-z]+)"/g),
    ];
    expect(written.length).to.be.above(5);
    for (const [, status] of written) expect([...scanStatuses, ...jobStatuses]).to.include(status);
  });

  it('can start the summary although every scanner has failed for the longest reason', async () => {
    const scanners = jobKinds.filter(({ part }) => part === 'scanner').map(({ name }) => name);
    // jobs/runtime keeps 300 characters; a quote takes four bytes in JSON within JSON.
    const refusal = { status: 'failed', reason: '"'.repeat(300) };
    const { submitted } = await execute('scan', scanInput, {
      outcome: (kind) => (scanners.includes(kind) ? refusal : undefined),
    });
    const overrides = submitted.at(-1).ContainerOverrides;
    expect(argumentsOf(submitted.at(-1)).jobs.map(({ reason }: Json) => reason)).to.deep.equal(
      scanners.map(() => refusal.reason),
    );
    expect(jsonBytes(overrides) + overridesOfBatch).to.be.at.most(maxOverrides);
  });

  it('fetches, scans with every scanner, summarizes, saves and announces', async () => {
    const { status, submitted, saved, events, updates, arn } = await execute('scan', scanInput);
    expect(status).to.equal('SUCCEEDED');
    expect(submitted.map(({ JobName }) => JobName)).to.deep.equal(jobKinds.map(({ name }) => `${name}-s1`));
    expect(argumentsOf(submitted[0])).to.deep.equal({ repository_url: 'u', ref: 'r' });
    expect(argumentsOf(submitted[1])).to.deep.equal({ scan_id: 's1' });
    expect(argumentsOf(submitted.at(-1)).jobs).to.have.length(jobs.length - 2);
    expect(submitted[0].Timeout).to.deep.equal({ AttemptDurationSeconds: 300 });
    expect(saved).to.deep.equal({ status: 'completed', reason: '', commit: 'abc' });
    expect(events).to.deep.equal([
      {
        EventBusName: 'bus',
        Source: scanEvent.source,
        DetailType: scanEvent.detailType,
        Detail: {
          scan_id: 's1',
          status: 'completed',
          state: 'success',
          repository_url: 'u',
          ref: 'r',
          commit: 'abc',
          host: 'h',
          owner: 'o',
          name: 'n',
          description: 'fine',
          message: 'Scan completed: u (r, abc): fine',
        },
      },
    ]);
    const first = updates[0].ExpressionAttributeValues;
    expect(first[':execution']).to.deep.equal({ S: arn });
    expect(updates.at(-1).UpdateExpression).to.match(/REMOVE #unfinished$/);
  });

  it('goes on when one scanner fails, and tells the summary why', async () => {
    const { submitted, saved } = await execute('scan', scanInput, {
      ...fail('secrets', () => taskFailed('out of time')),
      outcome: (kind) =>
        kind === 'summary'
          ? { kind, status: 'succeeded', ...summary, reason: 'secrets failed: out of time' }
          : undefined,
    });
    expect(argumentsOf(submitted.at(-1)).jobs[0]).to.deep.equal({
      kind: 'secrets',
      status: 'failed',
      reason: 'out of time',
    });
    expect(submitted.filter(({ JobName }) => JobName === 'secrets-s1')).to.have.length(1);
    expect(saved).to.deep.equal({ status: 'partial', reason: 'secrets failed: out of time', commit: 'abc' });
  });

  for (const reason of [
    'Canceled by JobStateTimeLimit action due to reason: CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY',
    'Capacity is unavailable at this time. Please try again later or in a different availability zone',
    'Your Spot Task was interrupted.',
  ])
    it(`runs a job on demand that found no capacity on Spot: ${reason.split(' ')[0]}`, async () => {
      const { submitted, saved } = await execute('scan', scanInput, {
        job: (kind, attempt) => {
          if (kind === 'secrets' && attempt === 1) throw taskFailed(reason);
        },
      });
      const queues = submitted.filter(({ JobName }) => JobName === 'secrets-s1');
      expect(queues.map(({ JobQueue }) => JobQueue)).to.deep.equal(['queue', 'on-demand']);
      expect(saved?.status).to.equal('completed');
    });

  it('runs a job on demand once, and no job that failed by itself or never fits', async () => {
    const queuesOf = async (reason: string) => {
      const { submitted, saved } = await execute(
        'scan',
        scanInput,
        fail('fetch', () => taskFailed(reason)),
      );
      return [saved?.reason, ...submitted.map(({ JobQueue }) => JobQueue)];
    };
    for (const [reason, ...queues] of [
      ['Your Spot Task was interrupted.', 'queue', 'on-demand'],
      ['out of time', 'queue'],
      [
        'Canceled by JobStateTimeLimit action due to reason: MISCONFIGURATION:JOB_RESOURCE_REQUIREMENT',
        'queue',
      ],
    ] as [string, ...string[]][])
      expect(await queuesOf(reason)).to.deep.equal([reason, ...queues]);
  });

  it('runs no job again whose outcome an earlier execution has left', async () => {
    const known = ['fetch', 'secrets'];
    const { submitted, saved } = await execute('scan', scanInput, { known });
    expect(submitted.map(({ JobDefinition }) => JobDefinition.split(':')[0])).to.deep.equal(
      jobKinds.map(({ name }) => name).filter((name) => !known.includes(name)),
    );
    expect(saved).to.deep.equal({ status: 'completed', reason: '', commit: 'abc' });
  });

  it('submits again what Batch did not take, and gives up in the end', async () => {
    for (const name of [
      'Batch.AWSBatchException',
      'Batch.TooManyRequestsException',
      'Batch.BatchException',
      'Batch.ServerException',
    ]) {
      const { submitted, saved } = await execute('scan', scanInput, {
        job: (kind, attempt) => {
          if (kind === 'fetch' && attempt < 3) throw awsError(name);
        },
      });
      expect(submitted.filter(({ JobName }) => JobName === 'fetch-s1')).to.have.length(3);
      expect(saved?.status).to.equal('completed');
    }
    const never = await execute(
      'scan',
      scanInput,
      fail('fetch', () => awsError('Batch.BatchException')),
    );
    expect(never.saved).to.deep.equal({
      status: 'failed',
      reason: 'the job could not be run (Batch.BatchException)',
      commit: 'unknown',
    });
  });

  for (const [name, outcome, reason] of [
    ['refuses', { status: 'failed', reason: 'too large' }, 'too large'],
    ['says nothing', {}, 'the job left no result'],
  ] as const)
    it(`ends failed when fetch ${name}`, async () => {
      const { saved, submitted } = await execute('scan', scanInput, {
        outcome: (kind) => (kind === 'fetch' ? outcome : undefined),
      });
      expect(saved).to.deep.equal({ status: 'failed', reason, commit: 'unknown' });
      expect(submitted).to.have.length(1);
    });

  it('ends failed when the summary fails or cannot be read', async () => {
    for (const [outcome, reason] of [
      [{ status: 'failed', reason: 'nothing there' }, 'nothing there'],
      [{ status: 'succeeded' }, 'the summary left no result'],
    ] as const) {
      const { saved } = await execute('scan', scanInput, {
        outcome: (kind) => (kind === 'summary' ? outcome : undefined),
      });
      expect(saved).to.deep.equal({ status: 'failed', reason, commit: 'abc' });
    }
  });

  it('does without the marks of its jobs when the table is away, but not without its result', async () => {
    const away = (match: RegExp) => (parameters: Json) => {
      if (match.test(parameters.UpdateExpression)) throw awsError('DynamoDB.InternalServerError');
    };
    expect((await execute('scan', scanInput, { update: away(/#jobs/) })).saved?.status).to.equal('completed');
    const failed = await execute('scan', scanInput, {
      update: away(/#jobs/),
      ...fail('secrets', () => taskFailed('x')),
    });
    expect(failed.status).to.equal('SUCCEEDED');
    expect((await execute('scan', scanInput, { update: away(/#announcement/) })).status).to.equal('FAILED');
  });

  it('announces again what was saved but perhaps not announced, and nothing else', async () => {
    const update = ({ ConditionExpression = '' }: Json) => {
      if (ConditionExpression.startsWith('attribute_exists')) throw conditionFailed();
    };
    const detail = { scan_id: 's1', message: 'm' };
    const recalled = await execute('scan', scanInput, {
      update,
      get: () => ({ Item: { unfinished: { S: 'yes' }, announcement: { S: JSON.stringify(detail) } } }),
    });
    expect(recalled.events.map(({ Detail }) => Detail)).to.deep.equal([detail]);
    expect(recalled.submitted).to.deep.equal([]);
    const settled = await execute('scan', scanInput, {
      update,
      get: () => ({ Item: { announcement: { S: '{}' } } }),
    });
    expect([settled.state, settled.events]).to.deep.equal(['AlreadyEnded', []]);
  });

  it('announces nothing when another execution has the scan', async () => {
    const { state, events } = await execute('scan', scanInput, {
      update: ({ ExpressionAttributeValues }) => {
        if (ExpressionAttributeValues[':announcement']) throw conditionFailed();
      },
    });
    expect([state, events]).to.deep.equal(['AlreadyEnded', []]);
  });

  it('tries again when nobody takes the announcement', async () => {
    const { events, status } = await execute('scan', scanInput, {
      event: (attempt) => {
        if (attempt < 3) throw awsError('EventBridge.InternalException');
      },
    });
    expect([events.length, status]).to.deep.equal([1, 'SUCCEEDED']);
  });

  it('marks a scan failed whose execution was aborted', async () => {
    const detail = { status: 'ABORTED', executionArn: 'arn:old', input: JSON.stringify(scanInput) };
    const { saved, updates, submitted } = await execute('scan', { source: 'aws.states', detail });
    expect(saved).to.deep.equal({
      status: 'failed',
      reason: 'the scan broke off (ABORTED)',
      commit: 'unknown',
    });
    expect(updates[0].ExpressionAttributeValues[':execution']).to.deep.equal({ S: 'arn:old' });
    expect(submitted).to.deep.equal([]);
  });

  it('has no state that the tests above did not come through, but the one for what must not happen', () => {
    const all = Object.entries(scan.States).flatMap(([name, state]) => [
      name,
      ...Object.keys((state.ItemProcessor as { States?: object } | undefined)?.States ?? {}),
    ]);
    const missed = all.filter((name) => !entered.scan.has(name));
    // The three steps have the same states; each of them is come through in one of them at least.
    const steps = missed.filter((name) => ![...entered.scan].some((other) => stem(other) === stem(name)));
    expect(steps).to.deep.equal(['ExecutionBroken']);
  });
});

const stem = (name: string) => name.replace(/^(Fetch|Scan|Summarize)/, '');
