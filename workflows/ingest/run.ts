import { failureEvent, ingestAttempts } from '../../contract/ingest.ts';
import {
  backoff,
  choice,
  conditionFailed,
  getItem,
  now,
  onError,
  putEvent,
  type State,
  serviceRetry,
  submitRetry,
  updateItem,
} from '../asl.ts';
import { submitJob } from '../run-job.ts';
import { type IngestDefinitionArgs, word } from './args.ts';

/** A job that failed because the database was away more likely finds it again after a pause. */
const jobRetry = (attempts: number) => [
  backoff({ IntervalSeconds: 10, MaxAttempts: attempts - 1, MaxDelaySeconds: 300 }),
];

/** A job that rejects its file has done its work and exits 0. Any other exit code means: try again. */
export function run({
  ledgerTable,
  jobQueue,
  jobDefinition,
  variables,
  attempts = ingestAttempts,
}: IngestDefinitionArgs): Record<string, State> {
  return {
    RunJob: {
      ...submitJob({
        name: "States.Format('ingest-{}', $.id)",
        queue: jobQueue,
        definition: { JobDefinition: jobDefinition },
        environment: [
          [variables.id, '$.id'],
          [variables.kind, '$.file.kind'],
          [variables.key, '$.file.key'],
          [variables.version, '$.file.version'],
          [variables.partial, '$.record.partial'],
          [variables.execution, '$.execution'],
        ],
        size: '$.class',
      }),
      Retry: [submitRetry, ...jobRetry(attempts)],
      Catch: [onError('MarkFailed')],
      Next: 'ReadOutcome',
    },
    ReadOutcome: {
      ...getItem(ledgerTable, '$.id'),
      ResultPath: '$.found',
      Catch: [onError('MarkFailed')],
      Next: 'DecideOutcome',
    },
    DecideOutcome: choice(
      [
        { Variable: '$.found.Item.state.S', StringEquals: word('committed').S, Next: 'Committed' },
        { Variable: '$.found.Item.state.S', StringEquals: word('rejected').S, Next: 'Rejected' },
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
 * Marks the file `failed`, from which only a retry by the caller leads back to `queued`: a late duplicate of the event
 * does not start the file again. The condition admits `failed` too, since the reply to the first write may be lost.
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
        set: {
          updated_at: now,
          state: word('failed'),
          reason: {
            'S.$': "States.Format('the job came to no result ({}); its log says more', $.error.Error)",
          },
        },
        keep: ['reason'],
        condition: '#execution = :execution AND #state IN (:queued, :running, :state)',
        values: {
          execution: { 'S.$': '$.execution' },
          queued: word('queued'),
          running: word('running'),
        },
        names: { '#execution': 'execution' },
        returnItem: true,
      }),
      ResultSelector: { 'reason.$': '$.Attributes.reason.S' },
      ResultPath: '$.failure',
      Catch: [
        { ErrorEquals: [conditionFailed], ResultPath: null, Next: 'AlreadyEnded' },
        onError('LedgerUnavailable'),
      ],
      Next: 'EnqueueFailure',
    },
    LedgerUnavailable: {
      Type: 'Pass',
      Comment: 'The ledger cannot be read or written; the failure is published all the same',
      Parameters: { 'reason.$': "States.Format('the ledger did not answer ({})', $.error.Error)" },
      ResultPath: '$.failure',
      Next: 'EnqueueFailure',
    },
    EnqueueFailure: {
      Type: 'Task',
      Resource: 'arn:aws:states:::sqs:sendMessage',
      Parameters: { QueueUrl: failureQueueUrl, MessageBody: message },
      ResultPath: null,
      Retry: serviceRetry,
      Catch: [onError('PublishFailure')],
      Next: 'PublishFailure',
    },
    PublishFailure: {
      ...putEvent(eventBusName, failureEvent, { Detail: message }),
      Catch: [onError('Failed')],
      Next: 'Failed',
    },
  };
}

/** Built anew for every definition, since validators and interpreters change the states that they are given. */
export function ends(): Record<string, State> {
  return {
    Committed: { Type: 'Succeed' },
    Rejected: { Type: 'Succeed' },
    Duplicate: { Type: 'Succeed', Comment: 'This version of the file was claimed before' },
    Ignored: { Type: 'Succeed' },
    AlreadyEnded: {
      Type: 'Succeed',
      Comment: 'Another execution has claimed the file, or the job saved its outcome before it failed',
    },
    Failed: { Type: 'Fail', Error: 'IngestFailed', Cause: 'The ledger and the failure queue say why' },
  };
}
