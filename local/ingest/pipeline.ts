import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { S3Client } from '@aws-sdk/client-s3';
import { createBucket } from '../../app/bucket.ts';
import {
  failureEvent,
  incomingPrefix,
  ingestKinds,
  ingestVariables,
  sizeClasses,
} from '../../contract/ingest.ts';
import { createLedger } from '../../data/ledger/ledger.ts';
import type { StoredObject } from '../../data/s3/client.ts';
import type { Definition } from '../../workflows/asl.ts';
import { ingestDefinition } from '../../workflows/ingest.ts';
import { type Batch, createBatch, type JobDefinition } from '../aws/batch.ts';
import { createExecutor, type Execution, type Executor, stateMachineArn } from '../aws/executor.ts';
import type { S3Emulator } from '../aws/s3.ts';
import { type BusEvent, createServices } from '../aws/services.ts';
import { announceFailures, createFailureRecord } from './failures.ts';
import { createNotifier } from './notifier.ts';
import { abandonClaims, unsettledObjects } from './reconcile.ts';

export interface PipelineOptions {
  readonly client: DynamoDBClient;
  readonly s3: S3Client;
  readonly emulator: S3Emulator;
  readonly bucket: string;
  readonly ledgerTable: string;
  readonly job: JobDefinition;
  readonly maxVcpus: number;
  /** Directory of the jobs' output. */
  readonly logs: string;
  readonly notifyUrl?: string | undefined;
  readonly show: (line: string) => void;
  /** Milliseconds before anything is tried again, instead of the definition's pauses. */
  readonly retryPause?: number;
  /** How often an event is delivered; once unless set. At-least-once delivery allows any number. */
  readonly deliveries?: () => number;
}

export interface Pipeline {
  readonly executor: Executor;
  readonly batch: Batch;
  /** Bodies of the failure queue's messages. */
  failures(): Record<string, string>[];
  /** Resolves when no event is on its way and no execution runs. */
  idle(): Promise<void>;
  stop(): Promise<void>;
}

export const failureQueue = 'trellis-ingest-failures';
const stateMachine = 'trellis-ingest';
export const ingestStateMachineArn = stateMachineArn(stateMachine);
const jobQueue = 'trellis-ingest-jobs';
const jobDefinition = 'trellis-ingest';

/** The definition that is executed here; but for names, the one that is deployed. */
export function laptopDefinition(ledgerTable: string, failureQueueUrl: string): Definition {
  return ingestDefinition({
    ledgerTable,
    jobQueue,
    jobDefinition,
    failureQueueUrl,
    eventBusName: 'default',
    prefix: incomingPrefix,
    kinds: ingestKinds,
    sizeClasses,
    variables: ingestVariables,
  });
}

/**
 * Files that arrive in the bucket are ingested, by the state machine that runs in AWS too. Executions live in this
 * process alone, so it begins with what an earlier one left unfinished: the bucket knows the files, the ledger knows
 * how far they are.
 */
export async function startPipeline(options: PipelineOptions): Promise<Pipeline> {
  const { client, s3, emulator, bucket, ledgerTable, show, deliveries = () => 1 } = options;
  const ledger = createLedger(client, ledgerTable);
  const { head } = createBucket(s3, bucket);
  const notify = createNotifier(options.notifyUrl, show);
  const failures = () => emulator.messages(failureQueue).map((body) => JSON.parse(body));
  const failureQueueUrl = emulator.createQueue(failureQueue);
  const record = createFailureRecord(client, ledgerTable);
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
    const { ingest_id = 'unknown', execution = '' } = entry.Detail;
    if (entry.Source === failureEvent.source && ingest_id !== 'unknown')
      await record.note(ingest_id, execution);
  }

  function deliver({ key, size, version: etag }: StoredObject): void {
    const object = { key, size, etag };
    const event = { source: 'aws.s3', detail: { bucket: { name: bucket }, object } };
    for (let i = deliveries(); i > 0; i--) track(follow(executor.start(event)));
  }

  async function follow(execution: Execution): Promise<void> {
    const { status, state, path } = await execution.ended;
    if (status === 'FAILED' && state !== 'Failed') show(`${execution.arn} broke off at ${path.join(' → ')}`);
  }

  async function arrived(key: string): Promise<void> {
    const object = await head(key).catch((error: Error) => show(`${key} cannot be read: ${error.message}`));
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
    executor.stop();
    await batch.stop();
    await Promise.all(onTheirWay);
  }

  await abandonClaims(ledger);
  const send = (body: string) => emulator.sendMessage(failureQueue, body);
  await announceFailures({ record, queued: failures, send, putEvent }).catch((error: Error) =>
    show(`failures of an earlier run could not be announced: ${error.message}`),
  );
  emulator.onObjectCreated((created) => {
    if (created.bucket === bucket && created.key.startsWith(incomingPrefix) && !stopped)
      track(arrived(created.key));
  });
  for (const object of await unsettledObjects(ledger, s3, bucket)) deliver(object);
  return { executor, batch, failures, idle, stop };
}
