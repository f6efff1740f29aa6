import validate from 'asl-validator';
import { expect } from 'chai';
import { createExecutor, type Executor, type ExecutorOptions, type Json } from '../../local/aws/executor.ts';
import { type ScheduledTaskDefinitionArgs, scheduledTaskDefinition } from '../../workflows/scheduled-task.ts';
import { awsError, conditionFailed, taskFailed } from './execute-scan.ts';

const args: ScheduledTaskDefinitionArgs = {
  table: 'tasks',
  task: 'nightly',
  jobQueue: 'queue',
  jobDefinition: 'nightly:3',
  vcpu: 0.25,
  memoryMiB: 512,
  timeLimitSeconds: 600,
  retries: 2,
  overlap: false,
};
const scheduled = { scheduled_time: '2026-03-29T01:00:00Z' };

interface Answers {
  readonly overlap?: boolean;
  /** Called when an execution is started that waits for the next run. */
  readonly watch?: (parameters: Json) => void;
  /** Called with the parameters of each write, and how many there were before it. */
  readonly update?: (parameters: Json, before: number) => void;
  readonly item?: Json;
  readonly describe?: (attempt: number) => string;
  readonly job?: (attempt: number) => void;
}

const entered = new Set<string>();

interface Seen {
  readonly answers: Answers;
  readonly updates: Json[];
  readonly submitted: Json[];
  readonly asked: string[];
}

/** What the execution under way is answered and has sent. */
let current: Seen;

const services: ExecutorOptions['services'] = {
  'arn:aws:states:::dynamodb:getItem': async () =>
    current.answers.item === undefined ? {} : { Item: current.answers.item },
  'arn:aws:states:::dynamodb:updateItem': async (parameters) => {
    current.updates.push(parameters);
    current.answers.update?.(parameters, current.updates.length - 1);
    return {};
  },
  'arn:aws:states:::aws-sdk:sfn:describeExecution': async ({ ExecutionArn }) => {
    current.asked.push(ExecutionArn);
    return { Status: current.answers.describe?.(current.asked.length) };
  },
  'arn:aws:states:::states:startExecution': async (parameters) => {
    current.answers.watch?.(parameters);
    return {};
  },
  'arn:aws:states:::batch:submitJob.sync': async (parameters) => {
    current.submitted.push(parameters);
    current.answers.job?.(current.submitted.length);
    return {};
  },
};

const executors = new Map<string, Executor>();

/** The interpreter checks a definition for a tenth of a second, so each is made once. */
function executorOf({ overlap = false, watch }: Answers): Executor {
  const key = `${overlap} ${watch !== undefined}`;
  const definition = scheduledTaskDefinition({ ...args, overlap, watch: watch && 'arn:watch' });
  const executor =
    executors.get(key) ?? createExecutor({ name: 'nightly', definition, retryPause: 0, services });
  executors.set(key, executor);
  return executor;
}

/** What AWS answers is the test's choice; test/local/tasks/ tries the same machine on a database. */
async function execute(input: Json, answers: Answers = {}) {
  current = { answers, updates: [], submitted: [], asked: [] };
  const execution = executorOf(answers).start(input);
  const { status, state, path } = await execution.ended;
  for (const name of path) entered.add(name);
  return { ...current, status, state, path, arn: execution.arn };
}

/** The first write is refused, those after it are not. */
const refuseFirst = (_parameters: Json, before: number) => {
  if (before === 0) throw conditionFailed();
};
const held = {
  id: { S: 'nightly' },
  execution: { S: 'arn:other' },
  scheduled_time: { S: '2026-03-28T02:00:00Z' },
};

describe('the state machine of a scheduled task', () => {
  for (const overlap of [false, true])
    it(`is valid ${overlap ? 'with' : 'without'} overlap`, () => {
      const { isValid, errorsText } = validate(
        scheduledTaskDefinition({ ...args, overlap, watch: 'arn:watch' }),
      );
      expect(isValid, errorsText('\n')).to.equal(true);
    });

  it('takes the task, runs its job and gives it back', async () => {
    const { state, submitted, updates, arn } = await execute(scheduled);
    expect(state).to.equal('Succeeded');
    expect(submitted).to.deep.equal([
      {
        JobName: 'nightly',
        JobQueue: 'queue',
        JobDefinition: 'nightly:3',
        ContainerOverrides: {
          Environment: [{ Name: 'SCHEDULED_TIME', Value: scheduled.scheduled_time }],
          ResourceRequirements: [
            { Type: 'VCPU', Value: '0.25' },
            { Type: 'MEMORY', Value: '512' },
          ],
        },
        Timeout: { AttemptDurationSeconds: 600 },
      },
    ]);
    expect(updates.map(({ ConditionExpression }) => ConditionExpression)).to.deep.equal([
      '(attribute_not_exists(#execution) OR #execution = :execution) AND (attribute_not_exists(#scheduled_time) OR #scheduled_time < :scheduled_time OR #execution = :execution)',
      '#execution = :execution',
    ]);
    expect(updates[0].ExpressionAttributeValues).to.deep.include({
      ':execution': { S: arn },
      ':scheduled_time': { S: scheduled.scheduled_time },
    });
    expect(updates[1].UpdateExpression).to.match(/REMOVE #reason, #execution$/);
  });

  it('stands for the time that it is given by hand, and takes no scheduled time with it', async () => {
    const { state, submitted, updates } = await execute({ run_time: '2026-03-28T02:00:00Z' });
    expect(state).to.equal('Succeeded');
    expect(submitted[0].ContainerOverrides.Environment[0].Value).to.equal('2026-03-28T02:00:00Z');
    expect(updates[0].ExpressionAttributeValues).not.to.have.property(':scheduled_time');
  });

  it('starts what waits for the next run, by schedule alone, and runs also if that fails', async () => {
    const started: Json[] = [];
    const watch = (parameters: Json) => {
      started.push(parameters);
      if (started.length > 1) throw awsError('StepFunctions.Gone');
    };
    for (const input of [scheduled, {}, scheduled]) {
      const { state, submitted } = await execute(input, { watch });
      expect(state).to.equal('Succeeded');
      expect(submitted).to.have.length(1);
    }
    expect(started.length).to.be.greaterThan(2);
    for (const parameters of started)
      expect(parameters).to.deep.equal({
        StateMachineArn: 'arn:watch',
        Input: { id: 'nightly', time: scheduled.scheduled_time },
      });
  });

  it('leaves time for all attempts, interruptions among them', () => {
    const { TimeoutSeconds } = scheduledTaskDefinition(args);
    expect(TimeoutSeconds).to.be.at.least(3 * 3 * 600);
  });

  for (const [title, describe, asks] of [
    ['has ended', () => 'TIMED_OUT', 1],
    [
      'Step Functions has forgotten',
      () => {
        throw awsError('Sfn.ExecutionDoesNotExistException');
      },
      4,
    ],
    [
      'could not be asked for at first',
      (attempt: number) => {
        if (attempt < 3) throw awsError('Sfn.SfnException');
        return 'ABORTED';
      },
      3,
    ],
  ] as [string, (attempt: number) => string, number][])
    for (const input of [scheduled, {}])
      it(`takes over from an execution that ${title}, ${input === scheduled ? 'by schedule' : 'by hand'}`, async () => {
        const { state, asked, updates, submitted } = await execute(input, {
          update: refuseFirst,
          item: held,
          describe,
        });
        expect(state).to.equal('Succeeded');
        expect(asked).to.deep.equal(new Array(asks).fill('arn:other'));
        expect(updates[1].ConditionExpression).to.match(/^#execution = :ended/);
        expect(updates[1].ExpressionAttributeValues[':ended']).to.deep.equal({ S: 'arn:other' });
        expect(submitted).to.have.length(1);
      });

  it('skips a run while the one before it has not ended', async () => {
    const { status, state, submitted, updates } = await execute(scheduled, {
      update: refuseFirst,
      item: held,
      describe: () => 'RUNNING',
    });
    expect({ status, state, submitted }).to.deep.equal({
      status: 'SUCCEEDED',
      state: 'SkippedSinceFormerRuns',
      submitted: [],
    });
    expect(updates.at(-1).ExpressionAttributeValues).to.deep.equal({
      ':skipped_time': { S: scheduled.scheduled_time },
    });
  });

  for (const input of [scheduled, {}])
    it(`tries again when the task has become free meanwhile, ${input === scheduled ? 'by schedule' : 'by hand'}`, async () => {
      const { state, path } = await execute(input, { update: refuseFirst, item: { id: { S: 'nightly' } } });
      expect(state).to.equal('Succeeded');
      expect(path).to.include('TryAgain');
    });

  it('ends when a later run has begun, with overlap too', async () => {
    for (const overlap of [false, true]) {
      const item = { ...held, scheduled_time: { S: scheduled.scheduled_time } };
      const { state, submitted } = await execute(scheduled, { overlap, update: refuseFirst, item });
      expect(state).to.equal('HasBegunBefore');
      expect(submitted).to.deep.equal([]);
    }
  });

  it('with overlap asks only whether the time is new, and gives nothing back', async () => {
    const { state, updates } = await execute(scheduled, { overlap: true });
    expect(state).to.equal('Succeeded');
    expect(updates.map(({ ConditionExpression }) => ConditionExpression)).to.deep.equal([
      '(attribute_not_exists(#scheduled_time) OR #scheduled_time < :scheduled_time OR #execution = :execution)',
      undefined,
    ]);
    const byHand = await execute({}, { overlap: true });
    expect(byHand.updates[0].ConditionExpression).to.equal(undefined);
  });

  for (const [title, error, reason, jobs] of [
    [
      'its job fails each time',
      () => taskFailed('Essential container in task exited'),
      'Essential container in task exited',
      3,
    ],
    [
      'its job cannot be submitted',
      () => awsError('Batch.ClientException'),
      'the job could not be run (Batch.ClientException)',
      3,
    ],
  ] as const)
    it(`fails with the reason when ${title}`, async () => {
      const { status, state, updates, submitted } = await execute(scheduled, {
        job: () => {
          throw error();
        },
      });
      expect({ status, state }).to.deep.equal({ status: 'FAILED', state: 'Failed' });
      expect(submitted).to.have.length(jobs);
      expect(updates.at(-1).ExpressionAttributeValues).to.deep.include({
        ':outcome': { S: 'failed' },
        ':reason': { S: reason },
      });
    });

  it('succeeds when the answer to its last write was lost', async () => {
    let sent = 0;
    const { state } = await execute(scheduled, {
      update: ({ ConditionExpression }) => {
        if (ConditionExpression !== '#execution = :execution') return;
        throw sent++ === 0 ? awsError('DynamoDB.DynamoDbException') : conditionFailed();
      },
    });
    expect(sent).to.equal(2);
    expect(state).to.equal('Succeeded');
  });

  it('has no state that these tests do not enter', () => {
    expect(
      Object.keys(scheduledTaskDefinition(args).States).filter((name) => !entered.has(name)),
    ).to.deep.equal([]);
  });
});
