import { ingestAttempts, ingestEvents, type JobTask } from '../../contract/ingest.ts';
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
import { foundNoCapacity, readBatchReason, submitJob } from '../run-job.ts';
import { type IngestDefinitionArgs, retraction, type Sweep, word } from './args.ts';

/** A job that failed because the database was away more likely finds it again after a pause. */
const jobRetry = (attempts: number) => [
  backoff({ IntervalSeconds: 10, MaxAttempts: attempts - 1, MaxDelaySeconds: 300 }),
];

/** A job that rejects its file has done its work and exits 0. Any other exit code means: try again. */
export function run(args: IngestDefinitionArgs): Record<string, State> {
  const { ledgerTable, sweep, onDemandQueue, attempts = ingestAttempts } = args;
  return {
    ...(onDemandQueue === undefined
      ? { RunJob: runJob(args, attempts, 'WhatFailed') }
      : onSpotFirst(args, onDemandQueue, attempts)),
    ReadOutcome: {
      ...getItem(ledgerTable, '$.id'),
      ResultPath: '$.found',
      Catch: [onError('WhatFailed')],
      Next: 'TakeOutcome',
    },
    // The job has found that its work is more than its file's size says: it runs again, in the size class of its work.
    MeasureWork: {
      Type: 'Pass',
      Parameters: { 'size.$': 'States.StringToJson($.end.outcome.work.N)' },
      ResultPath: '$.measured',
      Next: 'TakeWork',
    },
    TakeWork: { Type: 'Pass', InputPath: '$.measured.size', ResultPath: '$.file.size', Next: 'ChooseSize' },
    NoOutcome: {
      Type: 'Pass',
      Result: { Error: 'Job without an outcome' },
      ResultPath: '$.error',
      Next: 'WhatFailed',
    },
    WhatFailed: choice(
      [{ Variable: '$.task', StringEquals: retraction, Next: 'MarkRetractionFailed' }],
      'MarkFailed',
    ),
    ...(sweep === undefined ? {} : sweeping(args, sweep, attempts)),
  };
}

/** Runs the file's job up to so many times. */
function runJob(args: IngestDefinitionArgs, attempts: number, failed: string): State {
  return {
    ...job(args, "States.Format('ingest-{}', $.id)", '$.file.kind'),
    Retry: [submitRetry, ...jobRetry(attempts)],
    Catch: [onError(failed)],
    Next: 'ReadOutcome',
  };
}

/** The first attempt is on Spot, all further ones are on demand: a second wait for capacity would delay the file, and few
 * files need a second attempt. An attempt that found no capacity does not count. */
function onSpotFirst(
  args: IngestDefinitionArgs,
  onDemandQueue: string,
  attempts: number,
): Record<string, State> {
  const onDemand = { ...args, jobQueue: onDemandQueue };
  const failed = attempts === 1 ? 'WhatFailed' : 'RunJobAgain';
  return {
    RunJob: runJob(args, 1, 'HasBatchReason'),
    ...readBatchReason((state) => state, { found: 'FoundNoCapacity', missing: failed }),
    FoundNoCapacity: choice([{ ...foundNoCapacity, Next: 'RunJobOnDemand' }], failed),
    RunJobOnDemand: runJob(onDemand, attempts, 'WhatFailed'),
    ...(attempts === 1 ? {} : { RunJobAgain: runJob(onDemand, attempts - 1, 'WhatFailed') }),
  };
}

/** @param kind what the job is to do; a reference, as `name` is */
function job(
  { jobQueue, jobDefinition, variables }: IngestDefinitionArgs,
  name: string,
  kind: string,
): State {
  return submitJob({
    name,
    queue: jobQueue,
    definition: { JobDefinition: jobDefinition },
    environment: [
      [variables.id, '$.id'],
      [variables.kind, kind],
      [variables.key, '$.file.key'],
      [variables.version, '$.file.version'],
      [variables.partial, '$.record.partial'],
      [variables.execution, '$.execution'],
      ...(variables.classBytes === undefined ? [] : [[variables.classBytes, '$.class.bytes'] as const]),
    ],
    size: '$.class',
  });
}

/** Removes what readers can no longer see, once those are done that began before the commit. */
function sweeping(
  args: IngestDefinitionArgs,
  { delaySeconds }: Sweep,
  attempts: number,
): Record<string, State> {
  const task: JobTask = 'sweep';
  return {
    WaitForReaders: { Type: 'Wait', Seconds: delaySeconds, Next: 'Sweep' },
    Sweep: {
      ...job(args, "States.Format('sweep-{}', $.id)", `States.Format('{}', '${task}')`),
      Retry: [submitRetry, ...jobRetry(attempts)],
      Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: null, Next: 'NotSwept' }],
      Next: 'Committed',
    },
    NotSwept: {
      Type: 'Succeed',
      Comment: 'The file is committed; the next sweep removes what this one left',
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
    'announcement_id.$': "States.Format('{}/failed/{}', $.id, $.failure.retries)",
    'ingest_id.$': '$.id',
    'key.$': '$.event.detail.object.key',
    'version.$': '$.event.detail.object.etag',
    'execution.$': '$.execution',
    'reason.$': '$.failure.reason',
  };
  const publish = (event: keyof typeof ingestEvents, detail: object): State => ({
    ...putEvent(eventBusName, ingestEvents[event], { Detail: { ...message, ...detail } }),
    Catch: [onError('Failed')],
    Next: 'Failed',
  });
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
      ResultSelector: { 'reason.$': '$.Attributes.reason.S', 'retries.$': '$.Attributes.retries.N' },
      ResultPath: '$.failure',
      Catch: [
        { ErrorEquals: [conditionFailed], ResultPath: null, Next: 'ReadEnd' },
        onError('LedgerUnavailable'),
      ],
      Next: 'EnqueueFailure',
    },
    LedgerUnavailable: {
      Type: 'Pass',
      Comment: 'The ledger cannot be read or written; the failure is published all the same',
      Parameters: {
        'reason.$': "States.Format('the ledger did not answer ({})', $.error.Error)",
        'retries.$': '$$.Execution.Name',
      },
      ResultPath: '$.failure',
      Next: 'EnqueueFailure',
    },
    EnqueueFailure: {
      Type: 'Task',
      Resource: 'arn:aws:states:::sqs:sendMessage',
      Parameters: { QueueUrl: failureQueueUrl, MessageBody: message },
      ResultPath: null,
      Retry: serviceRetry,
      Catch: [onError('WhichFailure')],
      Next: 'WhichFailure',
    },
    WhichFailure: choice(
      [{ Variable: '$.task', StringEquals: retraction, Next: 'PublishRetractionFailure' }],
      'PublishFailure',
    ),
    PublishFailure: publish('failed', {
      state: word('failed').S,
      'message.$': "States.Format('{} has failed: {}', $.event.detail.object.key, $.failure.reason)",
    }),
    PublishRetractionFailure: publish('retractionFailed', {
      'announcement_id.$': "States.Format('{}/retraction-failed/{}', $.id, $.failure.retries)",
      state: word('committed').S,
      'message.$':
        "States.Format('{} could not be retracted: {}', $.event.detail.object.key, $.failure.reason)",
    }),
  };
}
