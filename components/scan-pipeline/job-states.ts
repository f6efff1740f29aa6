import {
  choice,
  onError,
  type State,
  serviceRetry,
  submitRetry,
} from '../ingest-pipeline/states-language.ts';
import type { JobsArgs, PipelineJob } from './args.ts';

/** What the states of `jobStates` are given as their input. */
export function jobInput({ kind, definition, vcpu, memoryMiB, timeoutSeconds }: PipelineJob) {
  return { kind, definition, vcpu: String(vcpu), memory: String(memoryMiB), timeout: timeoutSeconds };
}

/**
 * Submits a job, waits for it and reads its outcome, beginning with the state `Known`. The input has the fields of `jobInput` under `job`, `output` and
 * `arguments` (JSON). Ends in the states `succeeded` (with the outcome at `$.read.outcome`) and `failed` (with
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
      'Key.$': "States.Format('{}/{}.outcome.json', $.output, $.job.kind)",
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
      Type: 'Task',
      Resource: 'arn:aws:states:::batch:submitJob.sync',
      Parameters: {
        'JobName.$': "States.Format('{}-{}', $.job.kind, $.id)",
        JobQueue: jobQueue,
        'JobDefinition.$': '$.job.definition',
        ContainerOverrides: {
          Environment: [
            { Name: variables.output, 'Value.$': '$.output' },
            { Name: variables.arguments, 'Value.$': '$.arguments' },
          ],
          ResourceRequirements: [
            { Type: 'VCPU', 'Value.$': '$.job.vcpu' },
            { Type: 'MEMORY', 'Value.$': '$.job.memory' },
          ],
        },
        Timeout: { 'AttemptDurationSeconds.$': '$.job.timeout' },
      },
      ResultPath: null,
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
            { Variable: '$.read.outcome.status', StringEquals: 'succeeded' },
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
