import { expect } from 'chai';
import { announce } from '../../../workflows/ingest/ends.ts';
import {
  announcedKey,
  args,
  awsError,
  conditionFailed,
  directKey,
  entered,
  environmentOf,
  event,
  execute,
  recordOf,
  retraction,
} from '../execute-ingest.ts';

const counts = { rows_read: { N: '3' }, rows_accepted: { N: '2' }, rows_rejected: { N: '1' } };
const file = event(announcedKey);

describe('the announcements of the ingest state machine', () => {
  it('tell of a committed file, with its rows', async () => {
    const { state, events, arn } = await execute(file, {
      get: (_, claimed) => ({ Item: recordOf('committed', { ...claimed, ...counts, retries: { N: '1' } }) }),
    });
    expect(state).to.equal('Committed');
    expect(events).to.deep.equal([
      {
        DetailType: 'Ingest Committed',
        announcement_id: 'a-1/committed/1',
        ingest_id: 'a-1',
        state: 'committed',
        kind: 'prices',
        key: announcedKey,
        version: 'v1',
        execution: arn,
        reason: '',
        rows_read: 3,
        rows_accepted: 2,
        rows_rejected: 1,
        duplicate_of: '',
        replaces: '',
        message: `${announcedKey}: 2 rows are committed`,
      },
    ]);
  });

  it('tell of a rejected file, and why', async () => {
    const { events } = await execute(file, {
      get: (_, claimed) => ({ Item: recordOf('rejected', { ...claimed, reason: { S: 'bad rows' } }) }),
    });
    expect(events).to.have.length(1);
    expect(events[0]).to.include({
      DetailType: 'Ingest Rejected',
      reason: 'bad rows',
      message: `${announcedKey} is rejected: bad rows`,
    });
  });

  it('tell of a replacement and of what it has replaced, unless it was a duplicate', async () => {
    const replacing = (more: object) =>
      execute(file, {
        get: (id, claimed) => ({
          Item:
            id === 'a-0'
              ? recordOf('replaced', { id: { S: 'a-0' }, key: { S: 'incoming/prices/a-0/old.csv' } })
              : recordOf('committed', { ...claimed, replaces: { S: 'a-0' }, ...more }),
        }),
      });
    const { events } = await replacing({ requested_by: { S: '192.0.2.1' } });
    expect(events.map(({ DetailType, ingest_id }) => [DetailType, ingest_id])).to.deep.equal([
      ['Ingest Replaced', 'a-0'],
      ['Ingest Committed', 'a-1'],
    ]);
    expect(events[0]).to.include({
      announcement_id: 'a-0/replaced/0',
      replaced_by: 'a-1',
      requested_by: '192.0.2.1',
      state: 'replaced',
    });
    const duplicate = await replacing({ duplicate_of: { S: 'a-2' } });
    expect(duplicate.events.map(({ DetailType }) => DetailType)).to.deep.equal(['Ingest Committed']);
  });

  it('tell of the commit also when the file is being retracted already', async () => {
    const { events } = await execute(file, { get: () => ({ Item: recordOf('retracting') }) });
    expect(events.map(({ DetailType }) => DetailType)).to.deep.equal(['Ingest Committed']);
  });

  it('tell nothing of a file that another execution has claimed, or that has no record', async () => {
    const other = await execute(file, { get: () => ({ Item: recordOf('rejected') }) });
    expect(other).to.deep.include({ state: 'AlreadyEnded', events: [] });
    let reads = 0;
    const none = await execute(file, {
      get: (_, claimed) => (reads++ === 0 ? { Item: recordOf('queued', claimed) } : {}),
      job: () => {
        throw awsError('States.TaskFailed');
      },
      update: ({ ExpressionAttributeValues: values }) => {
        if (values[':state'].S === 'failed') throw conditionFailed();
        return { Attributes: recordOf('queued', { partial: { BOOL: false } }) };
      },
    });
    expect(none).to.deep.include({ state: 'AlreadyEnded', events: [] });
  });

  it('make their execution fail when they cannot be published, so that it can be redriven', async () => {
    const { status, state } = await execute(file, {
      publish: () => {
        throw awsError('EventBridge.InternalException');
      },
    });
    expect({ status, state }).to.deep.equal({ status: 'FAILED', state: 'NotAnnounced' });
  });

  for (const [end, ends, sweep] of [
    ['Committed', 'SUCCEEDED', () => ({})],
    ['NotSwept', 'SUCCEEDED', () => Promise.reject(awsError('States.TaskFailed'))],
  ] as const)
    it(`come before the sweep after a file of ports, which may end as ${end}`, async () => {
      const { status, state, path, jobs, events } = await execute(event(directKey), {
        get: (id, claimed) =>
          id === 'ports.csv' ? {} : { Item: recordOf('committed', { ...claimed, kind: { S: 'ports' } }) },
        job: (parameters) => (environmentOf(parameters).INGEST_KIND === 'sweep' ? sweep() : {}),
      });
      expect({ status, state }).to.deep.equal({ status: ends, state: end });
      expect(events.map(({ DetailType }) => DetailType)).to.deep.equal(['Ingest Committed']);
      expect(path.indexOf('PublishAndSweep')).to.be.below(path.indexOf('WaitForReaders'));
      expect(environmentOf(jobs[0]).INGEST_KIND).to.equal('ports');
      expect(environmentOf(jobs[1]).INGEST_KIND).to.equal('sweep');
    });

  it('are no reason for a sweep where the file is a duplicate, or its execution was aborted', async () => {
    const ports = (more: object) => ({ Item: recordOf('committed', { kind: { S: 'ports' }, ...more }) });
    const duplicate = await execute(event(directKey), {
      get: (_, claimed) => ports({ ...claimed, duplicate_of: { S: 'a-0' } }),
    });
    expect(duplicate.jobs).to.have.length(1);
    const executionArn = 'arn:aws:states:eu-west-1:1:execution:ingest:gone';
    const input = { executionArn, status: 'ABORTED', input: JSON.stringify(event(directKey)) };
    const aborted = await execute(
      { source: 'aws.states', detail: input },
      {
        get: () => ports({ execution: { S: executionArn } }),
        update: () => {
          throw conditionFailed();
        },
      },
    );
    expect(aborted).to.deep.include({ state: 'Committed', jobs: [] });
    expect(aborted.events).to.have.length(1);
  });

  it('come through every state', async () => {
    await execute(retraction, { get: () => ({ Item: recordOf('retracted') }) });
    expect(Object.keys(announce(args)).filter((name) => !entered.has(name))).to.deep.equal([]);
  });
});
