import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { type DynamoDBClient, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { createRatesStore, type RatesStore } from '../../app/rates/store.ts';
import { environment } from '../../contract/environment.ts';
import { type IngestKind, type IngestState, incomingKey, ingestVariables } from '../../contract/ingest.ts';
import { type Outcome, toItem } from '../../data/ledger/ingest.ts';
import { createLedger, type Ledger } from '../../data/ledger/ledger.ts';
import { ingest } from '../../jobs/ingest/ingest.ts';
import { createJob, type IngestFile } from '../../jobs/ingest/job.ts';
import { type Limits, limits } from '../../jobs/ingest/limits.ts';
import { RowReport } from '../../jobs/ingest/rejects.ts';
import { retract } from '../../jobs/ingest/retract.ts';
import { type Swept, sweep } from '../../jobs/ingest/sweep.ts';
import type { S3Emulator } from '../../local/aws/s3.ts';
import { physicalName } from '../../local/aws/tables.ts';
import { bareEnvironment } from '../../local/bare-environment.ts';
import { startBuckets } from './buckets.ts';
import { bucketClient, databaseClient } from './clients.ts';
import { killWithThisProcess } from './emulator.ts';
import { outcomeOf } from './ingest-outcome.ts';
import { databaseVariables, freshTables, type TestTables } from './tables.ts';

const main = fileURLToPath(new URL('../../jobs/ingest/main.ts', import.meta.url));

/** A bucket, tables of one's own, and jobs between them. */
export interface World {
  readonly tables: TestTables;
  readonly client: DynamoDBClient;
  readonly s3: S3Client;
  readonly bucketEndpoint: string;
  readonly bucket: string;
  readonly ratesTable: string;
  readonly ledger: Ledger;
  /** Uploads a file, and claims it in the ledger for the execution `test`. */
  upload(kind: IngestKind, body: string | Buffer, options?: UploadOptions): Promise<IngestFile>;
  /** The job in this process. */
  run(file: IngestFile, smaller?: Partial<Limits>): Promise<Outcome>;
  /** The same with the database reached elsewhere. */
  runThrough(endpoint: string, file: IngestFile): Promise<Outcome>;
  /** As the process does it: on condition that the claim holds, and settled in the ledger. @param through wraps the clients */
  runAsJob(
    file: IngestFile,
    task: 'ingest' | 'retraction',
    options: JobOptions,
  ): Promise<Outcome | undefined>;
  /** Gives the file to the execution `test`. */
  claim(id: string): Promise<void>;
  exists(file: IngestFile): Promise<boolean>;
  /** Writes a state into the ledger, as the state machine does. */
  setState(id: string, state: IngestState): Promise<void>;
  /** Asks for the retraction of a file of prices, and claims it. */
  askForRetraction(file: IngestFile): Promise<void>;
  /** The same, and carries it out in this process. */
  retract(file: IngestFile, database?: DynamoDBClient): Promise<void>;
  /** Removes what no reader can see. @param later milliseconds from now at which this is done */
  sweep(later?: number): Promise<Swept>;
  /** The same with wrapped clients. */
  sweepThrough(wrap: JobOptions['through'], later: number): Promise<Swept>;
  /** `upload` and `run`. */
  ingest(
    kind: IngestKind,
    body: string | Buffer,
    options?: UploadOptions & { limits?: Partial<Limits> },
  ): Promise<Outcome>;
  /** The job as a process of its own; `variables` win over those it would get. @param program that of another release */
  spawn(file: IngestFile, variables?: Record<string, string>, program?: string): JobProcess;
  /** The lines of a rejects file. */
  rejects(outcome: Outcome): Promise<Record<string, unknown>[]>;
  /** What a service that has just started reads. */
  store(): RatesStore;
  /** The same with the database reached elsewhere. */
  storeThrough(endpoint: string): RatesStore;
  close(): Promise<void>;
}

export interface UploadOptions {
  readonly partial?: boolean;
  readonly complete?: boolean;
  /** Id of the file that this one replaces. */
  readonly replaces?: string;
}

export interface JobOptions {
  readonly limits?: Partial<Limits>;
  /** Wraps the job's clients. */
  readonly through: <T extends DynamoDBClient | S3Client>(client: T) => T;
}

export interface JobProcess {
  readonly process: ChildProcess;
  /** Exit code, or the signal that ended it. */
  readonly ended: Promise<number | string>;
  output(): string;
}

const noFile: IngestFile = { id: '', kind: 'prices', key: '', version: '', partial: false };

/** The server of the buckets, one for all worlds of a run. A sweep reads a whole bucket, so each world has its own. */
let bucketServer: Promise<S3Emulator> | undefined;
let worlds = 0;
let bucketsMade = 0;

export async function createWorld(): Promise<World> {
  worlds++;
  bucketServer ??= startBuckets();
  const bucketEndpoint = (await bucketServer).endpoint;
  const bucket = `files-${++bucketsMade}`;
  (await bucketServer).createBucket(bucket);
  const tables = await freshTables();
  const client = databaseClient(tables.endpoint, { maxAttempts: 10 });
  const clients = [client];
  const s3 = bucketClient(bucketEndpoint);
  const ratesTable = physicalName(tables.prefix, 'rates');
  const jobTables = { rates: ratesTable, ingests: physicalName(tables.prefix, 'ingests') };
  const ledger = createLedger(client, physicalName(tables.prefix, 'ingests'));

  async function upload(
    kind: IngestKind,
    body: string | Buffer,
    { partial = false, ...more }: UploadOptions = {},
  ): Promise<IngestFile> {
    const id = randomUUID();
    const key = incomingKey(kind, id, 'file.csv');
    const { ETag = '' } = await s3.send(
      new PutObjectCommand({ Bucket: bucket, Key: key, Body: Buffer.from(body as string) }),
    );
    const now = new Date().toISOString();
    const counts = { size: body.length, retries: 0 };
    const entry = {
      id,
      kind,
      key,
      partial,
      ...more,
      state: 'queued',
      created_at: now,
      updated_at: now,
    } as const;
    await client.send(
      new PutItemCommand({
        TableName: physicalName(tables.prefix, 'ingests'),
        Item: { ...toItem({ ...entry, ...counts }), execution: { S: 'test' } },
      }),
    );
    return { id, kind, key, partial, ...more, version: ETag.replaceAll('"', '') };
  }

  function through(endpoint: string): DynamoDBClient {
    const other = databaseClient(endpoint, { maxAttempts: 10 });
    clients.push(other);
    return other;
  }

  function jobOf(
    file: IngestFile,
    smaller: Partial<Limits> = {},
    database: DynamoDBClient = client,
    bucketAt: S3Client = s3,
  ) {
    const report = new RowReport(smaller.rejects ?? limits.rejects);
    const parts = {
      s3: bucketAt,
      bucket,
      limits: { ...limits, ...smaller },
      file,
      report,
      execution: 'test',
    };
    return createJob(database, jobTables, parts);
  }

  async function run(
    file: IngestFile,
    smaller: Partial<Limits> = {},
    database: DynamoDBClient = client,
  ): Promise<Outcome> {
    const outcome = await ingest(jobOf(file, smaller, database));
    await ledger.run(file.id, 'test').finish(outcome);
    return outcome;
  }

  const set = async (id: string, attribute: string, S: string) =>
    void (await client.send(
      new UpdateItemCommand({
        TableName: jobTables.ingests,
        Key: { id: { S: id } },
        UpdateExpression: 'SET #attribute = :value',
        ExpressionAttributeNames: { '#attribute': attribute },
        ExpressionAttributeValues: { ':value': { S } },
      }),
    ));
  const claim = (id: string) => set(id, 'execution', 'test');

  async function askForRetraction({ id }: IngestFile): Promise<void> {
    if (!(await ledger.requestRetraction(id, 'a test'))) throw new Error('it cannot be retracted');
    await claim(id);
  }

  function spawnJob(file: IngestFile, variables: Record<string, string> = {}, program = main): JobProcess {
    const child = spawn(process.execPath, [program], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...bareEnvironment(),
        ...jobEnvironment(file, tables, bucketEndpoint, bucket),
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
    bucket,
    ratesTable,
    ledger,
    upload,
    run: (file, smaller) => run(file, smaller),
    runAsJob: async (file, task, { limits: smaller = {}, through: wrap }) => {
      const database = wrap(client);
      const own = createLedger(database, jobTables.ingests).run(file.id, 'test');
      if (task === 'retraction') {
        if (await own.startRetraction()) await retract(jobOf(file, smaller, database, wrap(s3)));
        return undefined;
      }
      if (!(await own.start())) return outcomeOf(await ledger.read(file.id));
      const outcome = await ingest(jobOf(file, smaller, database, wrap(s3)));
      await own.finish(outcome);
      return outcome;
    },
    claim,
    setState: (id, state) => set(id, 'state', state),
    exists: async ({ key: Key }) =>
      s3.send(new HeadObjectCommand({ Bucket: bucket, Key })).then(
        () => true,
        () => false,
      ),
    askForRetraction,
    retract: async (file, database = client) => {
      await askForRetraction(file);
      await retract(jobOf(file, {}, database));
    },
    sweep: async (later = 0) => sweep(jobOf(noFile), Date.now() + later),
    sweepThrough: async (wrap, later) => sweep(jobOf(noFile, {}, wrap(client), wrap(s3)), Date.now() + later),
    runThrough: (endpoint, file) => run(file, {}, through(endpoint)),
    ingest: async (kind, body, { limits: smaller = {}, ...more } = {}) =>
      run(await upload(kind, body, more), smaller),
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

function jobEnvironment(file: IngestFile, tables: TestTables, bucketEndpoint: string, bucket: string) {
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
