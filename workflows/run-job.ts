import type { JobKind } from '../contract/job-kinds.ts';
import { type JobStatus, outcomeObject } from '../contract/scans.ts';
import { choice, onError, type State, serviceRetry, submitRetry } from './asl.ts';

/** A job as the state machines submit it. */
export interface PipelineJob extends Pick<JobKind, 'part' | 'vcpu' | 'memoryMiB' | 'timeoutSeconds'> {
  readonly kind: string;
  /** Job definition with its revision; name or ARN. */
  readonly definition: string;
}

/** What the state machines of scans and of launched jobs are made of. */
export interface JobsArgs {
  /** Queue of the jobs; name or ARN. */
  readonly jobQueue: string;
  readonly jobs: readonly PipelineJob[];
  /** Bucket in which jobs leave their outcomes: `outcomeObject` below the output prefix. */
  readonly bucket: string;
  /** Names of the environment variables that tell a job its output prefix and its arguments (JSON). */
  readonly variables: { readonly output: string; readonly arguments: string };
}

interface Submission {
  /** References: to the job's name, to the value of each environment variable, and to `{vcpu, memory, timeout}`. */
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

/** What the states of `jobStates` are given as their input. */
export function jobInput({ kind, definition, vcpu, memoryMiB, timeoutSeconds }: PipelineJob) {
  return { kind, definition, vcpu: String(vcpu), memory: String(memoryMiB), timeout: timeoutSeconds };
}

/**
 * Submits a job, waits for it and reads its outcome, beginning with the state `Known`. The input has the fields of
 * `jobInput` under `job`, `output` and `arguments` (JSON). Ends in the states `succeeded` (with the outcome at `$.read.outcome`) and `failed` (with
 * `$.failure.reason`), which the caller supplies.
 */
export function jobStates(
  prefix: string,
  { jobQueue, bucket, variables }: JobsArgs,
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
  return {
    // Whatever has its outcome needs no job: an execution that takes up another's work goes on where that one was.
    [name('Known')]: {
      ...readOutcome,
      Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: null, Next: name('Run') }],
      Next: name('Judge'),
    },
    [name('Run')]: {
      ...submitJob({
        name: "States.Format('{}-{}', $.job.kind, $.id)",
        queue: jobQueue,
        definition: { 'JobDefinition.$': '$.job.definition' },
        environment: [
          [variables.output, '$.output'],
          [variables.arguments, '$.arguments'],
        ],
        size: '$.job',
      }),
      // A job that failed would fail again: those that were killed from outside Batch itself has tried again.
      Retry: [submitRetry],
      Catch: [onError(name('Why'))],
      Next: name('Read'),
    },
    // Batch's reason is in the cause, a description of the job.
    [name('Why')]: choice(
      [
        {
          And: [
            { Variable: '$.error.Error', StringEquals: 'States.TaskFailed' },
            { Variable: '$.error.Cause', StringMatches: '{*"StatusReason"*}' },
          ],
          Next: name('Told'),
        },
      ],
      name('Untold'),
    ),
    [name('Told')]: {
      Type: 'Pass',
      Parameters: { 'cause.$': 'States.StringToJson($.error.Cause)' },
      ResultPath: '$.told',
      Next: name('Reason'),
    },
    [name('Reason')]: {
      Type: 'Pass',
      Parameters: { 'reason.$': '$.told.cause.StatusReason' },
      ResultPath: '$.failure',
      Next: next.failed,
    },
    [name('Untold')]: {
      Type: 'Pass',
      Parameters: { 'reason.$': "States.Format('the job could not be run ({})', $.error.Error)" },
      ResultPath: '$.failure',
      Next: next.failed,
    },
    [name('Read')]: {
      ...readOutcome,
      Retry: serviceRetry,
      Catch: [onError(name('Silent'))],
      Next: name('Judge'),
    },
    [name('Silent')]: {
      Type: 'Pass',
      Result: { reason: 'the job left no result' },
      ResultPath: '$.failure',
      Next: next.failed,
    },
    // Nothing is believed to be there: a path without a value would end the execution, and no Catch helps then.
    [name('Judge')]: choice(
      [
        {
          And: [
            { Variable: '$.read.outcome.status', IsPresent: true },
            { Variable: '$.read.outcome.status', StringEquals: succeeded },
          ],
          Next: next.succeeded,
        },
        { Variable: '$.read.outcome.reason', IsPresent: true, Next: name('Refused') },
      ],
      name('Silent'),
    ),
    [name('Refused')]: {
      Type: 'Pass',
      Parameters: { 'reason.$': '$.read.outcome.reason' },
      ResultPath: '$.failure',
      Next: next.failed,
    },
  };
}
