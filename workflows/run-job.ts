import type { JobKind } from '../contract/job-kinds.ts';
import { type JobStatus, outcomeObject } from '../contract/scans.ts';
import { choice, onError, type State, serviceRetry, submitRetry } from './asl.ts';

/** A job as the state machines submit it. */
export interface PipelineJob extends Pick<JobKind, 'part' | 'vcpu' | 'memoryMiB' | 'timeoutSeconds'> {
  readonly kind: string;
  /** Job definition with its revision; name or ARN. */
  readonly definition: string;
}

/** What the state machines of scans and of job runs have in common. */
export interface JobsArgs {
  /** Queue of the jobs; name or ARN. */
  readonly jobQueue: string;
  /** Queue of the same jobs on demand, for a job that found no capacity on Spot. @default none: such a job fails */
  readonly onDemandQueue?: string | undefined;
  readonly jobs: readonly PipelineJob[];
  /** Bucket in which jobs leave their outcomes: `outcomeObject` below the output prefix. */
  readonly bucket: string;
  /** Names of the environment variables that tell a job its output prefix and its arguments (JSON). */
  readonly variables: { readonly output: string; readonly arguments: string };
}

interface Submission {
  /** `name`, the value of each variable and `size` are references; `size` refers to `{vcpu, memory, timeout}`. */
  readonly name: string;
  readonly environment: readonly (readonly [name: string, value: string])[];
  readonly size: string;
  readonly queue: string;
  readonly definition: { readonly JobDefinition: string } | { readonly 'JobDefinition.$': string };
}

/** Runs a job and waits until it has ended. */
export function submitJob({ name, queue, definition, environment, size }: Submission): State {
  return {
    Type: 'Task',
    Resource: 'arn:aws:states:::batch:submitJob.sync',
    Parameters: {
      'JobName.$': name,
      JobQueue: queue,
      ...definition,
      ContainerOverrides: {
        Environment: environment.map(([Name, value]) => ({ Name, 'Value.$': value })),
        ResourceRequirements: [
          { Type: 'VCPU', 'Value.$': `${size}.vcpu` },
          { Type: 'MEMORY', 'Value.$': `${size}.memory` },
        ],
      },
      Timeout: { 'AttemptDurationSeconds.$': `${size}.timeout` },
    },
    ResultPath: null,
  };
}

const succeeded: JobStatus = 'succeeded';

/** The field `job` of the input of `jobStates`. */
export function jobInput({ kind, definition, vcpu, memoryMiB, timeoutSeconds }: PipelineJob) {
  return { kind, definition, vcpu: String(vcpu), memory: String(memoryMiB), timeout: timeoutSeconds };
}

/**
 * Submits a job, waits for it and reads its outcome; the first state is `ReadEarlierOutcome`. The input holds `job` (see
 * `jobInput`), `output` and `arguments` (JSON). The caller supplies the two states that follow: `succeeded` finds the
 * outcome at `$.read.outcome`, `failed` finds the reason at `$.failure.reason`.
 */
export function jobStates(
  prefix: string,
  { jobQueue, onDemandQueue, bucket, variables }: JobsArgs,
  next: { readonly succeeded: string; readonly failed: string },
): Record<string, State> {
  const name = (state: string) => `${prefix}${state}`;
  const readOutcome = {
    Type: 'Task',
    Resource: 'arn:aws:states:::aws-sdk:s3:getObject',
    Parameters: {
      Bucket: bucket,
      'Key.$': `States.Format('{}/${outcomeObject('{}')}', $.output, $.job.kind)`,
    },
    ResultSelector: { 'outcome.$': 'States.StringToJson($.Body)' },
    ResultPath: '$.read',
  };
  const runJob = (queue: string): State => ({
    ...submitJob({
      name: "States.Format('{}-{}', $.job.kind, $.id)",
      queue,
      definition: { 'JobDefinition.$': '$.job.definition' },
      environment: [
        [variables.output, '$.output'],
        [variables.arguments, '$.arguments'],
      ],
      size: '$.job',
    }),
    // A job that failed is not run again, since it would fail again. Batch itself has repeated a job that AWS killed.
    Retry: [submitRetry],
    Catch: [onError(name('HasBatchReason'))],
    Next: name('ReadOutcome'),
  });
  return {
    // An execution that repeats an earlier one finds the outcomes of its jobs, and runs only those without an outcome.
    [name('ReadEarlierOutcome')]: {
      ...readOutcome,
      Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: null, Next: name('RunJob') }],
      Next: name('DecideOutcome'),
    },
    [name('RunJob')]: runJob(jobQueue),
    ...readBatchReason(name, {
      found: name(onDemandQueue === undefined ? 'KeepBatchReason' : 'FoundNoCapacity'),
      missing: name('NoBatchReason'),
    }),
    ...(onDemandQueue === undefined ? {} : onDemand(name, runJob(onDemandQueue))),
    ...keepBatchReason(name, next.failed),
    [name('ReadOutcome')]: {
      ...readOutcome,
      Retry: serviceRetry,
      Catch: [onError(name('NoOutcome'))],
      Next: name('DecideOutcome'),
    },
    [name('NoOutcome')]: {
      Type: 'Pass',
      Result: { reason: 'the job left no result' },
      ResultPath: '$.failure',
      Next: next.failed,
    },
    // Each field is checked first: a path without a value would end the execution, and no Catch would stop that.
    [name('DecideOutcome')]: choice(
      [
        {
          And: [
            { Variable: '$.read.outcome.status', IsPresent: true },
            { Variable: '$.read.outcome.status', StringEquals: succeeded },
          ],
          Next: next.succeeded,
        },
        { Variable: '$.read.outcome.reason', IsPresent: true, Next: name('KeepJobReason') },
      ],
      name('NoOutcome'),
    ),
    [name('KeepJobReason')]: {
      Type: 'Pass',
      Parameters: { 'reason.$': '$.read.outcome.reason' },
      ResultPath: '$.failure',
      Next: next.failed,
    },
  };
}

/** Reads why Batch says that a job has failed, from the error that a Catch has put into `$.error`. Step Functions puts
 * Batch's description of the job, as JSON, into the cause of the error. */
export function readBatchReason(
  name: (state: string) => string,
  next: { readonly found: string; readonly missing: string },
): Record<string, State> {
  return {
    [name('HasBatchReason')]: choice(
      [
        {
          And: [
            { Variable: '$.error.Error', StringEquals: 'States.TaskFailed' },
            { Variable: '$.error.Cause', StringMatches: '{*"StatusReason"*}' },
          ],
          Next: name('ParseBatchAnswer'),
        },
      ],
      next.missing,
    ),
    [name('ParseBatchAnswer')]: {
      Type: 'Pass',
      Parameters: { 'cause.$': 'States.StringToJson($.error.Cause)' },
      ResultPath: '$.answer',
      Next: next.found,
    },
  };
}

/** Puts the reason that `readBatchReason` has found, or the error's name, into `$.failure.reason`. */
export function keepBatchReason(name: (state: string) => string, Next: string): Record<string, State> {
  const keep = (reason: string): State => ({
    Type: 'Pass',
    Parameters: { 'reason.$': reason },
    ResultPath: '$.failure',
    Next,
  });
  return {
    [name('KeepBatchReason')]: keep('$.answer.cause.StatusReason'),
    [name('NoBatchReason')]: keep("States.Format('the job could not be run ({})', $.error.Error)"),
  };
}

/**
 * The reasons of Batch and ECS for a job that Spot had no capacity for. They are documented by Batch ("Jobs stuck in
 * RUNNABLE due to capacity": the queue has cancelled the job), by ECS ("API failure reasons": it could not be placed) and
 * by Fargate (it was interrupted, as often as Batch starts it).
 */
const noCapacity = [
  'Canceled by JobStateTimeLimit action due to reason: CAPACITY:*',
  '*Capacity is unavailable at this time*',
  'Your Spot Task was interrupted*',
];

/** The condition that a job found no capacity, after `readBatchReason`. */
export const foundNoCapacity = {
  Or: noCapacity.map((reason) => ({ Variable: '$.answer.cause.StatusReason', StringMatches: reason })),
};

/** Runs a job on demand that found no capacity on Spot, once. Batch itself does not: a queue goes on to its next compute
 * environment when the first is full, and no document says that it does so while Fargate Spot has none to give. */
function onDemand(name: (state: string) => string, runJob: State): Record<string, State> {
  return {
    [name('FoundNoCapacity')]: choice(
      [
        {
          And: [{ Not: { Variable: '$.onDemand', IsPresent: true } }, foundNoCapacity],
          Next: name('TakeOnDemand'),
        },
      ],
      name('KeepBatchReason'),
    ),
    [name('TakeOnDemand')]: {
      Type: 'Pass',
      Result: true,
      ResultPath: '$.onDemand',
      Next: name('RunJobOnDemand'),
    },
    [name('RunJobOnDemand')]: runJob,
  };
}
