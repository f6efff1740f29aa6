import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { S3Client } from '@aws-sdk/client-s3';
import { createBucket } from '../../app/bucket.ts';
import { retractionInput, retractionName } from '../../app/ingests/start.ts';
import {
  incomingPrefix,
  ingestEvents,
  ingestKinds,
  ingestVariables,
  sizeClasses,
  sweepDelaySeconds,
  sweptKinds,
} from '../../contract/ingest.ts';
import { createLedger } from '../../data/ledger/ledger.ts';
import type { StoredObject } from '../../data/s3/client.ts';
import type { Definition } from '../../workflows/asl.ts';
import { ingestDefinition } from '../../workflows/ingest.ts';
import { type Batch, createBatch, type JobDefinition } from '../aws/batch.ts';
import { createExecutor, type Execution, type Executor, stateMachineArn } from '../aws/executor.ts';
import type { S3Emulator } from '../aws/s3.ts';
import { type BusEvent, createServices } from '../aws/services.ts';
import { announceEnds, createAnnouncementRecord } from './announcements.ts';
import { createNotifier } from './notifier.ts';
import { abandonClaims, allIn, unsettledObjects } from './reconcile.ts';

export interface PipelineOptions {
  readonly client: DynamoDBClient;
  readonly s3: S3Client;
  readonly emulator: S3Emulator;
  readonly bucket: string;
  readonly ledgerTable: string;
  readonly job: JobDefinition;
  readonly maxVcpus: number;
  /** Directory for the jobs' output. */
  readonly logs: string;
  readonly notifyUrl?: string | undefined;
  readonly show: (line: string) => void;
  /** Milliseconds before every retry and of every wait, in place of the definition's pauses. */
  readonly retryPause?: number;
  /** How often each event is delivered, since S3 delivers events at least once. @default once */
  readonly deliveries?: () => number;
}

export interface Pipeline {
  readonly executor: Executor;
  readonly batch: Batch;
  /** The bodies of the messages in the failure queue. */
  failures(): Record<string, string>[];
  /** Resolves when all events have been handled and no execution runs. */
  idle(): Promise<void>;
  stop(): Promise<void>;
}

export const failureQueue = 'trellis-ingest-failures';
const stateMachine = 'trellis-ingest';
export const ingestStateMachineArn = stateMachineArn(stateMachine);
const jobQueue = 'trellis-ingest-jobs';
const jobDefinition = 'trellis-ingest';

/**
 * The definition that the laptop executes. It differs from the deployed one by names only.
 *
 * @param onDemandQueue that of a stack whose jobs are on Spot first; a laptop has no Spot
 */
export function laptopDefinition(
  ledgerTable: string,
  failureQueueUrl: string,
  onDemandQueue?: string,
): Definition {
  return ingestDefinition({
    ledgerTable,
    jobQueue,
    onDemandQueue,
    jobDefinition,
    failureQueueUrl,
    eventBusName: 'default',
    prefix: incomingPrefix,
    kinds: ingestKinds,
    sizeClasses,
    variables: ingestVariables,
    sweep: { kinds: sweptKinds, delaySeconds: sweepDelaySeconds },
  });
}

/**
 * Ingests files that arrive in the bucket, by the state machine that runs in AWS too. Executions live in this process
 * only, so it begins with the files that an earlier process left unfinished: it finds them by the bucket and the ledger.
 */
export async function startPipeline(options: PipelineOptions): Promise<Pipeline> {
  const { client, s3, emulator, bucket, ledgerTable, show, deliveries = () => 1 } = options;
  const ledger = createLedger(client, ledgerTable);
  const { head } = createBucket(s3, bucket);
  const notify = createNotifier(options.notifyUrl, show);
  const failures = () => emulator.messages(failureQueue).map((body) => JSON.parse(body));
  const failureQueueUrl = emulator.createQueue(failureQueue);
  const record = createAnnouncementRecord(client, ledgerTable);
  const batch = createBatch({
    definitions: { [jobDefinition]: options.job },
    maxVcpus: options.maxVcpus,
    logs: options.logs,
  });
  const executor = createExecutor({
    name: stateMachine,
    definition: laptopDefinition(ledgerTable, failureQueueUrl),
    services: createServices({ client, queues: emulator, batch, putEvent }),
    ...(options.retryPause === undefined ? {} : { retryPause: options.retryPause }),
  });
  const onTheirWay = new Set<Promise<void>>();
  let stopped = false;

  async function putEvent(entry: BusEvent): Promise<void> {
    await notify(entry);
    const { ingest_id = 'unknown', announcement_id = '' } = entry.Detail;
    if (entry.Source === ingestEvents.failed.source && ingest_id !== 'unknown')
      await record.markAnnounced(String(ingest_id), String(announcement_id));
  }

  function deliver({ key, size, version: etag }: StoredObject): void {
    const object = { key, size, etag };
    const event = { source: 'aws.s3', detail: { bucket: { name: bucket }, object } };
    for (let i = deliveries(); i > 0; i--) track(follow(executor.start(event)));
  }

  async function follow(execution: Execution): Promise<void> {
    const { status, state, path } = await execution.ended;
    if (status === 'FAILED' && state !== 'Failed')
      show(`the execution ${execution.arn} failed unexpectedly, after ${path.join(' → ')}`);
  }

  async function arrived(key: string): Promise<void> {
    const object = await head(key).catch((error: Error) =>
      show(`the file ${key} cannot be read: ${error.message}; restart the laptop to ingest it`),
    );
    if (object && !stopped) deliver(object);
  }

  function track(work: Promise<void>): void {
    onTheirWay.add(work);
    void work.finally(() => onTheirWay.delete(work));
  }

  async function idle(): Promise<void> {
    while (onTheirWay.size > 0 || executor.running.size > 0) {
      await Promise.all(onTheirWay);
      await Promise.all([...executor.running].map(({ ended }) => ended));
    }
  }

  async function stop(): Promise<void> {
    stopped = true;
    await Promise.all([executor.stop(), batch.stop()]);
    await Promise.all(onTheirWay);
  }

  await abandonClaims(ledger);
  const send = (body: string) => emulator.sendMessage(failureQueue, body);
  await announceEnds({ record, queued: failures, send, putEvent }).catch((error: Error) =>
    show(
      `the ends of files of an earlier run could not be announced: ${error.message}; the next start tries again`,
    ),
  );
  emulator.onObjectCreated((created) => {
    if (created.bucket === bucket && created.key.startsWith(incomingPrefix) && !stopped)
      track(arrived(created.key));
  });
  for (const object of await unsettledObjects(ledger, s3, bucket)) deliver(object);
  for (const ingest of await allIn(ledger, 'retracting'))
    track(follow(executor.start(retractionInput(ingest), retractionName(ingest))));
  return { executor, batch, failures, idle, stop };
}
