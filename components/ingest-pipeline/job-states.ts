import type { IngestDefinitionArgs } from './definition.ts';
import {
  backoff,
  choice,
  conditionFailed,
  getItem,
  onError,
  type State,
  serviceRetry,
  submitRetry,
  updateItem,
} from './states-language.ts';

/** Source and type of the event that announces a failure. */
export const failureEvent = { source: 'trellis.ingest', detailType: 'Ingest Failed' } as const;

/** A job that failed for want of a database finds it back more likely after a pause. */
const jobRetry = (attempts: number) => [
  backoff({ IntervalSeconds: 10, MaxAttempts: attempts - 1, MaxDelaySeconds: 300 }),
];

/** A rejected file is an outcome, for which the job exits 0; every other exit means: try again. */
export function run({
  ledgerTable,
  jobQueue,
  jobDefinition,
  variables,
  attempts = 3,
}: IngestDefinitionArgs): Record<string, State> {
  return {
    RunJob: {
      Type: 'Task',
      Resource: 'arn:aws:states:::batch:submitJob.sync',
      Parameters: {
        'JobName.$': "States.Format('ingest-{}', $.id)",
        JobQueue: jobQueue,
        JobDefinition: jobDefinition,
        ContainerOverrides: {
          Environment: [
            { Name: variables.id, 'Value.$': '$.id' },
            { Name: variables.kind, 'Value.$': '$.file.kind' },
            { Name: variables.key, 'Value.$': '$.file.key' },
            { Name: variables.version, 'Value.$': '$.file.version' },
            { Name: variables.partial, 'Value.$': '$.record.partial' },
            { Name: variables.execution, 'Value.$': '$.execution' },
          ],
          ResourceRequirements: [
            { Type: 'VCPU', 'Value.$': '$.class.vcpu' },
            { Type: 'MEMORY', 'Value.$': '$.class.memory' },
          ],
        },
        Timeout: { 'AttemptDurationSeconds.$': '$.class.timeout' },
      },
      ResultPath: null,
      Retry: [submitRetry, ...jobRetry(attempts)],
      Catch: [onError('MarkFailed')],
      Next: 'ReadOutcome',
    },
    ReadOutcome: {
      ...getItem(ledgerTable, '$.id'),
      ResultPath: '$.found',
      Catch: [onError('MarkFailed')],
      Next: 'Outcome',
    },
    Outcome: choice(
      [
        { Variable: '$.found.Item.state.S', StringEquals: 'committed', Next: 'Committed' },
        { Variable: '$.found.Item.state.S', StringEquals: 'rejected', Next: 'Rejected' },
      ],
      'NoOutcome',
    ),
    NoOutcome: {
      Type: 'Pass',
      Result: { Error: 'Job without an outcome' },
      ResultPath: '$.error',
      Next: 'MarkFailed',
    },
  };
}

/**
 * From `failed` only a retry leads back to `queued`, so that late duplicates of the event do not start the file again.
 * The condition admits `failed` because the reply to the first try may have been lost.
 */
export function fail({
  ledgerTable,
  failureQueueUrl,
  eventBusName,
}: IngestDefinitionArgs): Record<string, State> {
  const message = {
    'ingest_id.$': '$.id',
    'key.$': '$.event.detail.object.key',
    'version.$': '$.event.detail.object.etag',
    'execution.$': '$.execution',
    'reason.$': '$.failure.reason',
  };
  return {
    MarkFailed: {
      ...updateItem(ledgerTable, {
        id: { 'S.$': '$.id' },
        set: {
          updated_at: { 'S.$': '$$.State.EnteredTime' },
          state: { S: 'failed' },
          reason: {
            'S.$': "States.Format('the job came to no result ({}); its log says more', $.error.Error)",
          },
        },
        keep: ['reason'],
        condition: '#execution = :execution AND #state IN (:queued, :running, :state)',
        values: {
          ':execution': { 'S.$': '$.execution' },
          ':queued': { S: 'queued' },
          ':running': { S: 'running' },
        },
        names: { '#execution': 'execution' },
      }),
      ResultSelector: { 'reason.$': '$.Attributes.reason.S' },
      ResultPath: '$.failure',
      Catch: [{ ErrorEquals: [conditionFailed], ResultPath: null, Next: 'Settled' }, onError('Unmarked')],
      Next: 'Enqueue',
    },
    Unmarked: {
      Type: 'Pass',
      Comment: 'The ledger cannot be written; the failure is announced all the same',
      Parameters: { 'reason.$': "States.Format('the ledger did not answer ({})', $.error.Error)" },
      ResultPath: '$.failure',
      Next: 'Enqueue',
    },
    Enqueue: {
      Type: 'Task',
      Resource: 'arn:aws:states:::sqs:sendMessage',
      Parameters: { QueueUrl: failureQueueUrl, MessageBody: message },
      ResultPath: null,
      Retry: serviceRetry,
      Catch: [onError('Notify')],
      Next: 'Notify',
    },
    Notify: {
      Type: 'Task',
      Resource: 'arn:aws:states:::events:putEvents',
      Parameters: {
        Entries: [
          {
            EventBusName: eventBusName,
            Source: failureEvent.source,
            DetailType: failureEvent.detailType,
            Detail: message,
          },
        ],
      },
      ResultPath: null,
      Retry: serviceRetry,
      Catch: [onError('Failed')],
      Next: 'Failed',
    },
  };
}

/** Made anew for every definition: validators and interpreters write into the states that they are given. */
export function ends(): Record<string, State> {
  return {
    Committed: { Type: 'Succeed' },
    Rejected: { Type: 'Succeed' },
    Duplicate: { Type: 'Succeed', Comment: 'This version of the file was claimed before' },
    Ignored: { Type: 'Succeed' },
    Settled: {
      Type: 'Succeed',
      Comment: 'The claim is no longer ours, or the job settled the file before it failed',
    },
    Failed: { Type: 'Fail', Error: 'IngestFailed', Cause: 'The ledger and the failure queue say why' },
  };
}
