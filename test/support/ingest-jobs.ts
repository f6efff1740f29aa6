import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { createRatesStore, type RatesStore } from '../../app/rates/store.ts';
import { environment } from '../../contract/environment.ts';
import { type IngestKind, incomingKey, ingestVariables } from '../../contract/ingest.ts';
import { type Outcome, toItem } from '../../data/ledger/ingest.ts';
import { createLedger, type Ledger } from '../../data/ledger/ledger.ts';
import { ingest } from '../../jobs/ingest/ingest.ts';
import { createJob, type IngestFile } from '../../jobs/ingest/job.ts';
import { type Limits, limits } from '../../jobs/ingest/limits.ts';
import { RowReport } from '../../jobs/ingest/rejects.ts';
import type { S3Emulator } from '../../local/aws/s3.ts';
import { physicalName } from '../../local/aws/tables.ts';
import { startBuckets } from './buckets.ts';
import { bucketClient, databaseClient } from './clients.ts';
import { killWithThisProcess } from './emulator.ts';
import { ingestEnvironment } from './service.ts';
import { databaseVariables, freshTables, type TestTables } from './tables.ts';

const bucket = ingestEnvironment[environment.ingestBucket] as string;
const main = fileURLToPath(new URL('../../jobs/ingest/main.ts', import.meta.url));

/** A bucket, tables of one's own, and jobs between them. */
export interface World {
  readonly tables: TestTables;
  readonly client: DynamoDBClient;
  readonly s3: S3Client;
  readonly bucketEndpoint: string;
  readonly ratesTable: string;
  readonly ledger: Ledger;
  /** Uploads a file, and claims it in the ledger for the execution `test`. */
  upload(kind: IngestKind, body: string | Buffer, options?: { partial?: boolean }): Promise<IngestFile>;
  /** The job in this process. */
  run(file: IngestFile, smaller?: Partial<Limits>): Promise<Outcome>;
  /** The same with the database reached elsewhere. */
  runThrough(endpoint: string, file: IngestFile): Promise<Outcome>;
  /** `upload` and `run`. */
  ingest(
    kind: IngestKind,
    body: string | Buffer,
    options?: { partial?: boolean; limits?: Partial<Limits> },
  ): Promise<Outcome>;
  /** The job as a process of its own; `variables` win over those it would get. */
  spawn(file: IngestFile, variables?: Record<string, string>): JobProcess;
  /** The lines of a rejects file. */
  rejects(outcome: Outcome): Promise<Record<string, unknown>[]>;
  /** What a service that has just started reads. */
  store(): RatesStore;
  /** The same with the database reached elsewhere. */
  storeThrough(endpoint: string): RatesStore;
  close(): Promise<void>;
}

export interface JobProcess {
  readonly process: ChildProcess;
  /** Exit code, or the signal that ended it. */
  readonly ended: Promise<number | string>;
  output(): string;
}

/** The bucket that the worlds of a run share, from the first to the last of them. */
let bucketServer: Promise<S3Emulator> | undefined;
let worlds = 0;

export async function createWorld(): Promise<World> {
  worlds++;
  bucketServer ??= startBuckets();
  const bucketEndpoint = (await bucketServer).endpoint;
  const tables = await freshTables();
  const client = databaseClient(tables.endpoint, { maxAttempts: 10 });
  const clients = [client];
  const s3 = bucketClient(bucketEndpoint);
  const ratesTable = physicalName(tables.prefix, 'rates');
  const ledger = createLedger(client, physicalName(tables.prefix, 'ingests'));

  async function upload(kind: IngestKind, body: string | Buffer, { partial = false } = {}) {
    const id = randomUUID();
    const key = incomingKey(kind, id, 'file.csv');
    const { ETag = '' } = await s3.send(
      new PutObjectCommand({ Bucket: bucket, Key: key, Body: Buffer.from(body as string) }),
    );
    const now = new Date().toISOString();
    const counts = { rows_read: 0, rows_accepted: 0, rows_rejected: 0, size: body.length, retries: 0 };
    const entry = { id, kind, key, partial, state: 'queued', created_at: now, updated_at: now } as const;
    await client.send(
      new PutItemCommand({
        TableName: physicalName(tables.prefix, 'ingests'),
        Item: { ...toItem({ ...entry, ...counts }), execution: { S: 'test' } },
      }),
    );
    return { id, kind, key, partial, version: ETag.replaceAll('"', '') };
  }

  function through(endpoint: string): DynamoDBClient {
    const other = databaseClient(endpoint, { maxAttempts: 10 });
    clients.push(other);
    return other;
  }

  async function run(
    file: IngestFile,
    smaller: Partial<Limits> = {},
    database: DynamoDBClient = client,
  ): Promise<Outcome> {
    const report = new RowReport(smaller.rejects ?? limits.rejects);
    const all = { ...limits, ...smaller };
    return ingest(createJob(database, ratesTable, { s3, bucket, limits: all, file, report }));
  }

  function spawnJob(file: IngestFile, variables: Record<string, string> = {}): JobProcess {
    const child = spawn(process.execPath, [main], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: process.env.PATH,
        ...jobEnvironment(file, tables, bucketEndpoint),
        ...variables,
      },
    });
    killWithThisProcess({ process: child });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (chunk) => {
        output += chunk;
      });
    }
    const ended = once(child, 'close').then(([code, signal]) => (code ?? signal) as number | string);
    return { process: child, ended, output: () => output };
  }

  async function rejects({ rejects_key }: Outcome): Promise<Record<string, unknown>[]> {
    if (!rejects_key) return [];
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: rejects_key }));
    const text = (await Body?.transformToString()) ?? '';
    return text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
  }

  return {
    tables,
    client,
    s3,
    bucketEndpoint,
    ratesTable,
    ledger,
    upload,
    run: (file, smaller) => run(file, smaller),
    runThrough: (endpoint, file) => run(file, {}, through(endpoint)),
    ingest: async (kind, body, { partial = false, limits: smaller = {} } = {}) =>
      run(await upload(kind, body, { partial }), smaller),
    spawn: spawnJob,
    rejects,
    store: () => createRatesStore(client, ratesTable),
    storeThrough: (endpoint) => createRatesStore(through(endpoint), ratesTable),
    close: async () => {
      for (const each of clients) each.destroy();
      s3.destroy();
      if (--worlds > 0) return;
      await (await bucketServer)?.stop();
      bucketServer = undefined;
    },
  };
}

function jobEnvironment(file: IngestFile, tables: TestTables, bucketEndpoint: string) {
  return {
    ...databaseVariables(tables),
    AWS_ENDPOINT_URL_S3: bucketEndpoint,
    [environment.ingestBucket]: bucket,
    [ingestVariables.id]: file.id,
    [ingestVariables.kind]: file.kind,
    [ingestVariables.key]: file.key,
    [ingestVariables.version]: file.version,
    [ingestVariables.partial]: String(file.partial),
    [ingestVariables.execution]: 'test',
  };
}
