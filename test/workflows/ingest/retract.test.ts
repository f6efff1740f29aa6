import { expect } from 'chai';
import { retract } from '../../../workflows/ingest/retract.ts';
import {
  announcedKey,
  args,
  awsError,
  conditionFailed,
  entered,
  environmentOf,
  execute,
  recordOf,
  retraction,
  updated,
} from '../execute-ingest.ts';

const requested = { retraction_requested_at: { S: retraction.detail.requested_at } };

describe('a retraction by the ingest state machine', () => {
  it('claims the request, runs its job and announces the end', async () => {
    const by = { retraction_requested_by: { S: '192.0.2.1' } };
    const { state, jobs, updates, events, arn } = await execute(retraction, {
      get: () => ({ Item: recordOf('retracted', { ...requested, ...by }) }),
    });
    expect(state).to.equal('Retracted');
    expect(updates[0].ExpressionAttributeValues).to.deep.include({
      ':execution': { S: arn },
      ':retracting': { S: 'retracting' },
      ':requested_at': requested.retraction_requested_at,
    });
    expect(environmentOf(jobs[0])).to.deep.include({ INGEST_ID: 'a-1', INGEST_KIND: 'retraction' });
    expect(events).to.deep.equal([
      {
        DetailType: 'Ingest Retracted',
        announcement_id: 'a-1/retracted/0',
        ingest_id: 'a-1',
        state: 'retracted',
        kind: 'prices',
        key: announcedKey,
        version: 'v1',
        execution: arn,
        reason: '',
        requested_by: '192.0.2.1',
        message: `${announcedKey} is retracted: its rows no longer count`,
      },
    ]);
  });

  it('ends quietly when another request or file has settled it, before its job or meanwhile', async () => {
    const late = await execute(retraction, {
      update: () => {
        throw conditionFailed();
      },
    });
    expect(late).to.deep.include({ state: 'AlreadyEnded', jobs: [], events: [] });
    for (const settled of [
      recordOf('replaced', requested),
      recordOf('retracting', { retraction_requested_at: { S: 'later' } }),
    ]) {
      const { state, events } = await execute(retraction, { get: () => ({ Item: settled }) });
      expect({ state, events }).to.deep.equal({ state: 'AlreadyEnded', events: [] });
    }
  });

  for (const [why, job] of [
    ['fails', () => Promise.reject(awsError('States.TaskFailed'))],
    ['leaves no outcome', () => ({})],
  ] as const)
    it(`leaves the file committed when its job ${why}, and says so`, async () => {
      const { status, state, updates, of, events } = await execute(retraction, {
        job,
        get: () => ({ Item: recordOf('retracting', requested) }),
      });
      expect({ status, state }).to.deep.equal({ status: 'FAILED', state: 'Failed' });
      expect(updates[1].ExpressionAttributeValues[':state']).to.deep.equal({ S: 'committed' });
      expect(of('sendMessage')[0].MessageBody).to.include({ ingest_id: 'a-1', reason: 'because' });
      expect(events.map(({ DetailType, state }) => [DetailType, state])).to.deep.equal([
        ['Ingest Retraction Failed', 'committed'],
      ]);
    });

  for (const [before, end] of [
    ['retracting', 'Failed'],
    ['retracted', 'Retracted'],
  ] as const)
    it(`settles a file that is ${before} when an earlier execution was aborted`, async () => {
      const executionArn = 'arn:aws:states:eu-west-1:1:execution:ingest:gone';
      const input = {
        source: 'aws.states',
        detail: { executionArn, status: 'ABORTED', input: JSON.stringify(retraction) },
      };
      const { state, jobs } = await execute(input, {
        get: () => ({ Item: recordOf(before, requested) }),
        update: () => {
          if (before === 'retracted') throw conditionFailed();
          return { Attributes: updated };
        },
      });
      expect({ state, jobs }).to.deep.equal({ state: end, jobs: [] });
    });

  it('has no state that the tests above did not come through', () => {
    expect(Object.keys(retract(args)).filter((name) => !entered.has(name))).to.deep.equal([]);
  });
});
