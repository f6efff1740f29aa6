import { type RunOutcome, scheduledTimeVariable, taskAttributes } from '../contract/scheduled-tasks.ts';
import {
  backoff,
  choice,
  conditionFailed,
  type Definition,
  getItem,
  now,
  onError,
  type State,
  serviceRetry,
  submitRetry,
  updateItem,
} from './asl.ts';
import { keepBatchReason, readBatchReason, submitJob } from './run-job.ts';

export interface ScheduledTaskDefinitionArgs {
  /** Name of the table, whose partition key is `id`, and the task's id in it. */
  readonly table: string;
  readonly task: string;
  /** Queue of the job; name or ARN. */
  readonly jobQueue: string;
  /** Job definition with its revision; name or ARN. */
  readonly jobDefinition: string;
  readonly vcpu: number;
  readonly memoryMiB: number;
  /** Seconds after which one attempt is stopped. */
  readonly timeLimitSeconds: number;
  /** Further attempts after one that has failed. */
  readonly retries: number;
  /** Whether a run begins while the one before it has not ended. */
  readonly overlap: boolean;
  /** ARN of the state machine that waits for the next run, whose input is `{id, time}`. @default none */
  readonly watch?: string | undefined;
}

/** Where an execution stands that asks whether the holder of the task is still at work. */
const holder = '$.read.Item.execution.S';

/** Step Functions answers questions about executions a moment late, so one that has just begun may be unknown. */
const unknownExecution = 'Sfn.ExecutionDoesNotExistException';

/** Seconds for pauses between attempts, for capacity and for calls that are repeated. */
const slackSeconds = 3600;

/** How often Batch itself starts an attempt again that AWS has interrupted. */
export const interruptions = 2;

/**
 * The state machine of a scheduled task. Its input is that of `RunInput`. A run takes the task's item by a conditional write
 * and gives it back when it ends. An execution that was aborted or timed out gives nothing back, so the next one asks Step
 * Functions whether the holder still runs, and takes over from one that does not.
 */
export function scheduledTaskDefinition(args: ScheduledTaskDefinitionArgs): Definition {
  const { timeLimitSeconds, retries } = args;
  return {
    Comment: 'Runs a task at its times, one run after the other',
    StartAt: 'WhoStarts',
    TimeoutSeconds: (retries + 1) * (1 + interruptions) * timeLimitSeconds + (retries + 1) * slackSeconds,
    States: {
      WhoStarts: choice(
        [
          { Variable: '$.scheduled_time', IsPresent: true, Next: 'NewScheduledRun' },
          { Variable: '$.run_time', IsPresent: true, Next: 'NewRunForTime' },
        ],
        'NewRunByHand',
      ),
      NewScheduledRun: newRun(args, '$.scheduled_time', 'TakeScheduledRun'),
      NewRunForTime: newRun(args, '$.run_time', 'TakeRunByHand'),
      NewRunByHand: newRun(args, '$$.Execution.StartTime', 'TakeRunByHand'),
      TakeScheduledRun: take(args, { isScheduled: true, from: 'free' }),
      TakeRunByHand: take(args, { isScheduled: false, from: 'free' }),
      ...whyRefused(args),
      ...(args.watch === undefined ? {} : { WatchForNextRun: watchForNextRun(args.watch) }),
      Run: run(args),
      ...readBatchReason((state) => state, { found: 'KeepBatchReason', missing: 'NoBatchReason' }),
      ...keepBatchReason((state) => state, 'RecordFailure'),
      RecordSuccess: record(args, 'succeeded', 'Succeeded'),
      RecordFailure: record(args, 'failed', 'Failed'),
      Succeeded: { Type: 'Succeed' },
      Failed: {
        Type: 'Fail',
        Error: 'RunFailed',
        Cause: "The task's item has the reason, and the log group of its jobs what they wrote",
      },
    },
  };
}

function newRun(args: ScheduledTaskDefinitionArgs, time: string, Next: string): State {
  return {
    Type: 'Pass',
    Parameters: {
      id: args.task,
      'execution.$': '$$.Execution.Id',
      'time.$': time,
      isScheduled: Next === 'TakeScheduledRun',
      job: { vcpu: String(args.vcpu), memory: String(args.memoryMiB), timeout: args.timeLimitSeconds },
    },
    Next,
  };
}

interface Taking {
  readonly isScheduled: boolean;
  /** Whether the task is free, or held by an execution that has ended. */
  readonly from: 'free' | 'ended';
}

/** Takes the task for this execution. The condition admits a write of this execution whose answer was lost. */
function take({ table, overlap, watch }: ScheduledTaskDefinitionArgs, { isScheduled, from }: Taking): State {
  const { execution, time, startedAt, scheduled } = taskAttributes;
  const isFree =
    from === 'free'
      ? `(attribute_not_exists(#${execution}) OR #${execution} = :${execution})`
      : `#${execution} = :ended`;
  const isNew = `(attribute_not_exists(#${scheduled}) OR #${scheduled} < :${scheduled} OR #${execution} = :${execution})`;
  const condition = [...(overlap ? [] : [isFree]), ...(isScheduled ? [isNew] : [])].join(' AND ');
  return {
    ...updateItem(table, {
      set: {
        [execution]: { 'S.$': '$.execution' },
        [time]: { 'S.$': '$.time' },
        [startedAt]: now,
        ...(isScheduled ? { [scheduled]: { 'S.$': '$.time' } } : {}),
      },
      ...(condition === '' ? {} : { condition }),
      ...(from === 'free' ? {} : { values: { ended: { 'S.$': holder } } }),
    }),
    Catch: [{ ErrorEquals: [conditionFailed], ResultPath: null, Next: 'ReadTask' }],
    Next: isScheduled && watch !== undefined ? 'WatchForNextRun' : 'Run',
  };
}

/** The run goes on when that fails: it is worth more than the alarm on the next one. */
function watchForNextRun(StateMachineArn: string): State {
  return {
    Type: 'Task',
    Resource: 'arn:aws:states:::states:startExecution',
    Parameters: { StateMachineArn, Input: { 'id.$': '$.id', 'time.$': '$.time' } },
    ResultPath: null,
    Retry: serviceRetry,
    Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: null, Next: 'Run' }],
    Next: 'Run',
  };
}

/** Ends the execution, or takes the task from one that has ended without giving it back. */
function whyRefused(args: ScheduledTaskDefinitionArgs): Record<string, State> {
  const { table, overlap } = args;
  const scheduled = `$.read.Item.${taskAttributes.scheduled}.S`;
  const isScheduled = { Variable: '$.isScheduled', BooleanEquals: true };
  const begun = {
    And: [
      isScheduled,
      { Variable: scheduled, IsPresent: true },
      { Variable: scheduled, StringGreaterThanEqualsPath: '$.time' },
    ],
    Next: 'HasBegunBefore',
  };
  return {
    ReadTask: { ...getItem(table, '$.id'), ResultPath: '$.read', Next: 'WhyRefused' },
    // The scheduler delivers a start at least once, and after hours of trouble perhaps later than the next one.
    HasBegunBefore: { Type: 'Succeed' },
    // The run may have ended since the task was refused; then it is free.
    TryAgain: choice([{ ...isScheduled, Next: 'TakeScheduledRun' }], 'TakeRunByHand'),
    ...(overlap
      ? { WhyRefused: choice([begun], 'TryAgain') }
      : {
          WhyRefused: choice(
            [begun, { Variable: holder, IsPresent: true, Next: 'AskForHolder' }],
            'TryAgain',
          ),
          ...takeOver(args, isScheduled),
        }),
  };
}

function takeOver(args: ScheduledTaskDefinitionArgs, isScheduled: object): Record<string, State> {
  return {
    AskForHolder: {
      Type: 'Task',
      Resource: 'arn:aws:states:::aws-sdk:sfn:describeExecution',
      Parameters: { 'ExecutionArn.$': holder },
      ResultSelector: { 'status.$': '$.Status' },
      ResultPath: '$.holder',
      Retry: [
        { ErrorEquals: [unknownExecution], IntervalSeconds: 5, MaxAttempts: 3, BackoffRate: 2 },
        ...serviceRetry,
      ],
      // Step Functions forgets an execution 90 days after its end.
      Catch: [{ ErrorEquals: [unknownExecution], ResultPath: null, Next: 'TakeOver' }],
      Next: 'DoesHolderRun',
    },
    DoesHolderRun: choice(
      [{ Variable: '$.holder.status', StringEquals: 'RUNNING', Next: 'RecordSkip' }],
      'TakeOver',
    ),
    RecordSkip: {
      ...updateItem(args.table, { set: { [taskAttributes.skippedTime]: { 'S.$': '$.time' } } }),
      Next: 'SkippedSinceFormerRuns',
    },
    SkippedSinceFormerRuns: { Type: 'Succeed' },
    TakeOver: choice([{ ...isScheduled, Next: 'TakeOverScheduledRun' }], 'TakeOverByHand'),
    TakeOverScheduledRun: take(args, { isScheduled: true, from: 'ended' }),
    TakeOverByHand: take(args, { isScheduled: false, from: 'ended' }),
  };
}

/** The job, and again after a while if it fails. */
function run({ jobQueue, jobDefinition, retries }: ScheduledTaskDefinitionArgs): State {
  return {
    ...submitJob({
      name: '$.id',
      queue: jobQueue,
      definition: { JobDefinition: jobDefinition },
      environment: [[scheduledTimeVariable, '$.time']],
      size: '$.job',
    }),
    Retry: [
      submitRetry,
      {
        ...backoff({ IntervalSeconds: 30, MaxAttempts: retries, MaxDelaySeconds: 600 }),
        ErrorEquals: ['States.TaskFailed'],
      },
    ],
    Catch: [onError('HasBatchReason')],
    Next: 'RecordSuccess',
  };
}

/** Writes how the run ended and gives the task back. A condition that fails says that an earlier try has done so. */
function record({ table, overlap }: ScheduledTaskDefinitionArgs, end: RunOutcome, Next: string): State {
  const { execution, outcome, outcomeTime, endedAt, reason, succeededAt } = taskAttributes;
  const set = {
    [outcome]: { S: end },
    [outcomeTime]: { 'S.$': '$.time' },
    [endedAt]: now,
    ...(end === 'succeeded' ? { [succeededAt]: now } : { [reason]: { 'S.$': '$.failure.reason' } }),
  };
  const remove = end === 'succeeded' ? [reason] : [];
  const write = overlap
    ? updateItem(table, { set, remove })
    : updateItem(table, {
        set,
        remove: [...remove, execution],
        condition: `#${execution} = :${execution}`,
        values: { [execution]: { 'S.$': '$.execution' } },
      });
  return {
    ...write,
    Catch: [{ ErrorEquals: [conditionFailed], ResultPath: null, Next }],
    Next,
  };
}
