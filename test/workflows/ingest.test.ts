import validate from 'asl-validator';
import { expect } from 'chai';
import { ingestStates, retractionSource, sizeClasses, sweptKinds } from '../../contract/ingest.ts';
import type { Json } from '../../local/aws/executor.ts';
import { retraction } from '../../workflows/ingest/args.ts';
import { announce } from '../../workflows/ingest/ends.ts';
import { retract } from '../../workflows/ingest/retract.ts';
import { ingestDefinition } from '../../workflows/ingest.ts';
import {
  announcedKey,
  args,
  awsError,
  conditionFailed,
  definition,
  directKey,
  entered,
  environmentOf,
  event,
  execute,
  recordOf,
  updated,
} from './execute-ingest.ts';

/** States outside of `retract` and `announce` that only a retraction, a sweep or a lost announcement enters. */
const elsewhereEntered = [
  ...['WaitForReaders', 'Sweep', 'NotSwept'],
  ...['PublishRetractionFailure', 'Retracted', 'NotAnnounced', 'AlreadyEnded'],
];

describe('the definition of the ingest state machine', () => {
  it('is valid', () => {
    const { isValid, errorsText } = validate(definition as never);
    expect(isValid, errorsText('\n')).to.equal(true);
  });

  it('is valid with one size class for all files', () => {
    const [, , largest] = sizeClasses;
    const { isValid, errorsText } = validate(ingestDefinition({ ...args, sizeClasses: [largest] }));
    expect(isValid, errorsText('\n')).to.equal(true);
  });

  it('knows only states of the ledger that the contract names', () => {
    const text = JSON.stringify(definition);
    const named = [...text.matchAll(/"(?:S|StringEquals)":"([a-z_]+)"/g)].map((match) => match[1]);
    const others = ['ingest', 'unknown', 'aws.states', retractionSource, retraction, ...sweptKinds];
    expect(named.filter((name) => !others.includes(name as string))).to.not.be.empty;
    for (const name of named) expect([...ingestStates, ...others]).to.include(name);
  });

  it('runs a job again in the size class of its work, once', async () => {
    let reads = 0;
    const { state, jobs } = await execute(event(announcedKey, 10), {
      get: (_id, claimed) => ({
        Item: recordOf(++reads < 3 ? 'running' : 'committed', { ...claimed, work: { N: String(2 ** 29) } }),
      }),
    });
    expect(state).to.equal('Committed');
    expect(jobs.map((job) => environmentOf(job).INGEST_CLASS_BYTES)).to.deep.equal([
      String(2 ** 25),
      String(2 ** 29),
    ]);
    expect(jobs.map((job) => job.Timeout.AttemptDurationSeconds)).to.deep.equal([900, 3600]);
    const stuck = await execute(event(announcedKey, 10), {
      get: (_id, claimed) => ({ Item: recordOf('running', { ...claimed, work: { N: '1' } }) }),
    });
    expect([stuck.state, stuck.jobs.length]).to.deep.equal(['Failed', 2]);
  });

  it('claims an announced file, runs its job and ends with what the job found', async () => {
    const { version: _, ...unclaimed } = recordOf('committed');
    const { status, state, jobs, updates, arn } = await execute(event(announcedKey), {
      get: (_id, claimed) => ({ Item: { ...unclaimed, ...claimed } }),
      update: () => ({ Attributes: { ...updated, partial: { BOOL: true } } }),
    });
    expect({ status, state }).to.deep.equal({ status: 'SUCCEEDED', state: 'Committed' });
    expect(updates[0].Key).to.deep.equal({ id: { S: 'a-1' } });
    expect(updates[0].ExpressionAttributeValues[':execution']).to.deep.equal({ S: arn });
    expect(environmentOf(jobs[0])).to.deep.equal({
      INGEST_CLASS_BYTES: String(2 ** 25),
      INGEST_ID: 'a-1',
      INGEST_KIND: 'prices',
      INGEST_KEY: announcedKey,
      INGEST_VERSION: 'v1',
      INGEST_PARTIAL: 'true',
      INGEST_EXECUTION: arn,
    });
  });

  it('ends quietly when the file is rejected', async () => {
    const { status, state } = await execute(event(announcedKey), {
      get: (_, claimed) => ({ Item: recordOf('rejected', claimed) }),
    });
    expect({ status, state }).to.deep.equal({ status: 'SUCCEEDED', state: 'Rejected' });
  });

  const sizes: [number, string][] = [
    [0, 'Small'],
    [sizeClasses[0].maxBytes, 'Small'],
    [sizeClasses[0].maxBytes + 1, 'Medium'],
    [sizeClasses[1].maxBytes + 1, 'Large'],
    [5 * 2 ** 40, 'Large'],
  ];
  for (const [size, name] of sizes) {
    it(`runs a file of ${size} bytes as ${name}`, async () => {
      const { jobs } = await execute(event(announcedKey, size));
      const expected = sizeClasses.find(
        (sizeClass) => sizeClass.name === name,
      ) as (typeof sizeClasses)[number];
      expect(jobs[0].ContainerOverrides.ResourceRequirements).to.deep.equal([
        { Type: 'VCPU', Value: String(expected.vcpu) },
        { Type: 'MEMORY', Value: String(expected.memoryMiB) },
      ]);
      expect(jobs[0].Timeout.AttemptDurationSeconds).to.equal(expected.timeoutSeconds);
    });
  }

  it('gives a file that nobody announced an id of its own, and another one for another version', async () => {
    const ids = [];
    for (const etag of ['v1', 'v2']) {
      const { updates } = await execute(event(directKey, 1, etag), { get: () => ({}) });
      ids.push(updates[0].Key.id.S);
    }
    expect(ids[0]).to.match(/^[0-9a-f]{64}$/);
    expect(ids[0]).to.not.equal(ids[1]);
  });

  it('gives another version under an announced key an id of its own', async () => {
    const { updates } = await execute(event(announcedKey, 1, 'v2'));
    expect(updates[0].Key.id.S).to.match(/^[0-9a-f]{64}$/);
  });

  it('ends as a duplicate when another execution holds the claim', async () => {
    const { state, jobs } = await execute(event(announcedKey), {
      update: () => {
        throw conditionFailed();
      },
    });
    expect({ state, jobs }).to.deep.equal({ state: 'Duplicate', jobs: [] });
  });

  it('loses no version when two arrive at once', async () => {
    let reads = 0;
    const { state, updates, jobs } = await execute(event(announcedKey, 1, 'v2'), {
      // Unclaimed at the first look; then the other version was faster.
      get: (id, claimed) => {
        const { version, ...unclaimed } = recordOf('committed', id === 'a-1' ? {} : claimed);
        return { Item: reads++ > 0 ? { ...unclaimed, version } : unclaimed };
      },
      update: ({ Key }) => {
        if (Key.id.S === 'a-1') throw conditionFailed();
        return { Attributes: updated };
      },
    });
    expect(state).to.equal('Committed');
    expect(updates.map((update) => update.Key.id.S.length)).to.deep.equal([3, 64]);
    expect(jobs).to.have.length(1);
  });

  it('runs a job again that failed', async () => {
    const { state, jobs } = await execute(event(announcedKey), {
      job: (_, attempt) => {
        if (attempt < 3) throw awsError('States.TaskFailed');
        return {};
      },
    });
    expect({ state, attempts: jobs.length }).to.deep.equal({ state: 'Committed', attempts: 3 });
  });

  for (const name of ['Batch.AWSBatchException', 'Batch.TooManyRequestsException', 'Batch.ServerException'])
    it(`submits a job again that Batch did not take (${name}), which is no attempt of the job`, async () => {
      const { state, jobs } = await execute(event(announcedKey), {
        job: (_, attempt) => {
          if (attempt <= 50) throw awsError(name);
          if (attempt <= 52) throw awsError('States.TaskFailed');
          return {};
        },
      });
      expect({ state, attempts: jobs.length }).to.deep.equal({ state: 'Committed', attempts: 53 });
    });

  it('submits with growing pauses that differ from file to file', () => {
    const [submission] = (definition.States.RunJob as Json).Retry;
    expect(submission).to.include({ BackoffRate: 2, JitterStrategy: 'FULL', MaxDelaySeconds: 300 });
  });

  it('lets a file wait for its turn for as long as Step Functions keeps an execution', () => {
    expect(definition.TimeoutSeconds).to.equal(365 * 24 * 3600);
  });

  it('marks, keeps and announces a file whose job never succeeds', async () => {
    const { status, state, updates, jobs, of, arn } = await execute(event(announcedKey), {
      job: () => {
        throw awsError('States.TaskFailed');
      },
    });
    expect({ status, state }).to.deep.equal({ status: 'FAILED', state: 'Failed' });
    expect(jobs).to.have.length(3);
    const marked = updates[1];
    expect(marked.ExpressionAttributeValues[':state']).to.deep.equal({ S: 'failed' });
    expect(marked.ExpressionAttributeValues[':reason'].S).to.include('States.TaskFailed');
    expect(marked.ConditionExpression).to.include('#execution = :execution');
    const message = {
      announcement_id: 'a-1/failed/0',
      ingest_id: 'a-1',
      key: announcedKey,
      version: 'v1',
      execution: arn,
      reason: 'because',
    };
    expect(of('sendMessage')).to.deep.equal([{ QueueUrl: args.failureQueueUrl, MessageBody: message }]);
    expect(of('putEvents')[0].Entries[0]).to.deep.include({
      Source: 'trellis.ingest',
      DetailType: 'Ingest Failed',
      Detail: { ...message, state: 'failed', message: `${announcedKey} has failed: because` },
    });
  });

  it('fails a file whose job leaves no outcome', async () => {
    const { state, updates } = await execute(event(announcedKey), {
      get: (_, claimed) => ({ Item: recordOf('running', claimed) }),
    });
    expect(state).to.equal('Failed');
    expect(updates[1].ExpressionAttributeValues[':reason'].S).to.include('without an outcome');
  });

  it('announces no failure when the job settled the file before it failed', async () => {
    const { state, of, events } = await execute(event(announcedKey), {
      job: () => {
        throw awsError('States.TaskFailed');
      },
      update: ({ ExpressionAttributeValues: values }) => {
        if (values[':state'].S === 'failed') throw conditionFailed();
        return { Attributes: updated };
      },
    });
    expect({ state, sent: of('sendMessage') }).to.deep.equal({ state: 'Committed', sent: [] });
    expect(events.map(({ DetailType }) => DetailType)).to.deep.equal(['Ingest Committed']);
  });

  it('announces a failure even when the ledger is away, and when the queue is', async () => {
    const away = () => {
      throw awsError('DynamoDB.InternalServerError');
    };
    const { state, of } = await execute(event(announcedKey), { get: away, update: away, queue: away });
    expect(state).to.equal('Failed');
    expect(of('putEvents')[0].Entries[0].Detail.reason).to.include('DynamoDB.InternalServerError');
  });

  it('gives up the claim of an execution that was aborted', async () => {
    const executionArn = 'arn:aws:states:eu-west-1:1:execution:ingest:gone';
    const input = {
      source: 'aws.states',
      detail: { executionArn, status: 'ABORTED', input: JSON.stringify(event(announcedKey)) },
    };
    const { state, updates, jobs, of } = await execute(input);
    expect({ state, jobs }).to.deep.equal({ state: 'Failed', jobs: [] });
    expect(updates[0].Key.id.S).to.equal('a-1');
    expect(updates[0].ExpressionAttributeValues[':execution']).to.deep.equal({ S: executionArn });
    expect(of('sendMessage')[0].MessageBody).to.include({ execution: executionArn });
  });

  it('rejects what lies under no kind, and ignores folder markers', async () => {
    const misplaced = await execute(event('incoming/prizes/x.csv'), {
      update: ({ ExpressionAttributeValues: values }) => ({
        Attributes: recordOf('rejected', { execution: values[':execution'], reason: values[':reason'] }),
      }),
    });
    expect(misplaced.state).to.equal('Rejected');
    expect(misplaced.events[0]).to.include({ DetailType: 'Ingest Rejected' });
    expect(misplaced.updates[0].ExpressionAttributeValues[':reason'].S).to.include('incoming/prices/');
    expect((await execute(event('incoming/prices/'))).state).to.equal('Ignored');
  });

  it('has no state that the tests above did not come through', () => {
    const elsewhere = [...Object.keys(retract(args)), ...Object.keys(announce(args)), ...elsewhereEntered];
    const here = Object.keys(definition.States).filter((name) => !elsewhere.includes(name));
    expect(here.filter((name) => !entered.has(name))).to.deep.equal([]);
  });

  it('writes no attribute by its bare name, since many are reserved words of DynamoDB', () => {
    for (const [name, state] of Object.entries(definition.States)) {
      const parameters = state.Parameters as Json;
      if (!parameters?.UpdateExpression) continue;
      const text = `${parameters.UpdateExpression} ${parameters.ConditionExpression ?? ''}`;
      const words = text.match(/(?<![#:\w])[a-z_]+\b/g) ?? [];
      const allowed = ['if_not_exists', 'attribute_not_exists', 'id'];
      expect(
        words.filter((word) => !allowed.includes(word)),
        name,
      ).to.deep.equal([]);
    }
  });
});
