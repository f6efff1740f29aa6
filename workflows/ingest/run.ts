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
      Next: 'Outcome',
    },
    Outcome: choice(
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
      ...putEvent(eventBusName, failureEvent, { Detail: message }),
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
