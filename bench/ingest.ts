import { execFileSync, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream, createWriteStream, mkdtempSync, rmSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { parse } from 'csv-parse';
import { environment } from '../contract/environment.ts';
import { type IngestKind, incomingKey, ingestVariables } from '../contract/ingest.ts';
import { toItem } from '../data/ledger/ingest.ts';
import { createS3Client } from '../data/s3/client.ts';
import { limits } from '../jobs/ingest/limits.ts';
import { PortSet } from '../jobs/ingest/port-code.ts';
import { priceColumns, priceRows } from '../jobs/ingest/price-rows.ts';
import { RowReport } from '../jobs/ingest/rejects.ts';
import { readRows } from '../jobs/ingest/rows.ts';
import { readText } from '../jobs/ingest/text.ts';
import { startDynamoDB } from '../local/aws/dynamodb.ts';
import { startS3 } from '../local/aws/s3.ts';
import { createTables, physicalName, tableEnvironment } from '../local/aws/tables.ts';
import { portsCsv, regionsCsv, samplePorts } from '../local/commands/sample/locations.ts';
import { pricesCsv } from '../local/commands/sample/prices.ts';
import { goal } from './goals.ts';
import { benchClient } from './setup.ts';
import { unstoredWrites } from './unstored-writes.ts';

const sizes = [1e6, 1e7];
const bucket = 'bench';
const partBytes = 8 * 2 ** 20;
const job = fileURLToPath(new URL('../jobs/ingest/main.ts', import.meta.url));
const credentials = { AWS_ACCESS_KEY_ID: 'bench', AWS_SECRET_ACCESS_KEY: 'bench', AWS_REGION: 'us-east-1' };

/** Measures the job as the pipeline runs it, from the start of its process to its end, beside csv-parse on the same file. */
export async function run(): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'trellis-bench-'));
  const emulators = await Promise.all([
    startDynamoDB(),
    startS3({ directory: join(directory, 'bucket') }),
  ] as const);
  const [dynamodb, bucketServer] = emulators;
  bucketServer.createBucket(bucket);
  try {
    const results: Measured[] = [];
    for (const rows of sizes) {
      const file = join(directory, `prices-${rows}.csv`);
      await pipeline(Readable.from(pricesCsv({ rows, seed: 1 })), createWriteStream(file));
      const result = await measure(file, rows, dynamodb.endpoint, bucketServer.endpoint);
      results.push(result);
      console.log(line(result));
      rmSync(file);
    }
    summarize(results);
  } finally {
    await Promise.all(emulators.map((emulator) => emulator.stop()));
    rmSync(directory, { recursive: true });
  }
}

/** Of the job's process, from its start to its end. */
interface JobFigures {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakMemoryMb: number;
}

interface Measured extends JobFigures {
  readonly rows: number;
  /** The same job on a database that stores no items of a batch. */
  readonly unstored: JobFigures;
  readonly parse: Work;
  readonly read: Work;
  readonly hashSeconds: number;
}

/** What was done in this process. */
interface Work {
  readonly seconds: number;
  readonly cpuSeconds: number;
}

async function measure(file: string, rows: number, dynamodb: string, s3: string): Promise<Measured> {
  const parse = await work(() => parseAlone(file));
  const read = await work(() => readAlone(file, rows));
  const hashing = performance.now();
  execFileSync('sha256sum', [file]);
  const hashSeconds = (performance.now() - hashing) / 1000;
  const measured = await ingestInto(dynamodb, s3, file);
  const without = await unstoredWrites(dynamodb);
  const unstored = await ingestInto(dynamodb, s3, file, without.endpoint);
  await without.stop();
  return { rows, parse, read, hashSeconds, unstored, ...measured };
}

/** Ingests the file of prices into tables of its own. @param jobsDatabase where the job's calls go */
async function ingestInto(
  dynamodb: string,
  s3: string,
  file: string,
  jobsDatabase = dynamodb,
): Promise<JobFigures> {
  const prefix = `bench-${randomUUID().slice(0, 8)}`;
  const client = benchClient(dynamodb);
  await createTables(client, prefix);
  const bucketClient = createS3Client({
    endpoint: s3,
    region: 'us-east-1',
    credentials: { accessKeyId: 'bench', secretAccessKey: 'bench' },
  });

  async function ingest(kind: IngestKind, path: string, database = dynamodb): Promise<JobFigures> {
    const id = randomUUID();
    const key = incomingKey(kind, id, 'file.csv');
    const version = await upload(bucketClient, key, path);
    const now = new Date().toISOString();
    const entry = {
      id,
      kind,
      key,
      partial: false,
      state: 'queued',
      created_at: now,
      updated_at: now,
    } as const;
    const Item = toItem({ ...entry, size: 0, retries: 0 });
    const TableName = physicalName(prefix, 'ingests');
    await client.send(new PutItemCommand({ TableName, Item: { ...Item, execution: { S: 'bench' } } }));
    return runJob({
      PATH: process.env.PATH ?? '',
      ...credentials,
      AWS_ENDPOINT_URL_DYNAMODB: database,
      AWS_ENDPOINT_URL_S3: s3,
      ...tableEnvironment(prefix),
      [environment.ingestBucket]: bucket,
      [ingestVariables.id]: id,
      [ingestVariables.kind]: kind,
      [ingestVariables.key]: key,
      [ingestVariables.version]: version,
      [ingestVariables.execution]: 'bench',
    });
  }

  for (const [kind, csv] of [['regions', regionsCsv()] as const, ['ports', portsCsv(1)] as const]) {
    const path = `${file}.${kind}`;
    await pipeline(Readable.from([csv]), createWriteStream(path));
    await ingest(kind, path);
  }
  const measured = await ingest('prices', file, jobsDatabase);
  client.destroy();
  bucketClient.destroy();
  return measured;
}

/** Reads the file with csv-parse as its documentation shows it. */
async function parseAlone(file: string): Promise<void> {
  const parser = createReadStream(file).pipe(parse());
  parser.on('readable', () => {
    while (parser.read() !== null);
  });
  await once(parser, 'end');
}

/** Reads the file as the job does, checks its rows and adds up their prices. */
async function readAlone(file: string, rows: number): Promise<void> {
  const report = new RowReport(limits.rejects);
  let sum = 0;
  const ports = new PortSet(samplePorts(1).map(({ code }) => code));
  const sink = priceRows(ports, report, (_month, _day, _orig, _dest, units) => {
    sum += units;
  });
  await readRows(readText(createReadStream(file), statSync(file).size, limits), priceColumns, limits, sink);
  if (report.counts.rows_accepted !== rows || sum === 0) throw new Error('rows were lost');
}

async function work(done: () => Promise<void>): Promise<Work> {
  const start = performance.now();
  const before = process.cpuUsage();
  await done();
  const { user, system } = process.cpuUsage(before);
  return { seconds: (performance.now() - start) / 1000, cpuSeconds: (user + system) / 1e6 };
}

async function upload(client: S3Client, key: string, path: string): Promise<string> {
  const target = { Bucket: bucket, Key: key };
  const { UploadId } = await client.send(new CreateMultipartUploadCommand(target));
  const file = await open(path);
  const Parts: { PartNumber: number; ETag: string | undefined }[] = [];
  const { size } = await file.stat();
  for (let from = 0; from < size; from += partBytes) {
    const Body = Buffer.alloc(Math.min(partBytes, size - from));
    await file.read(Body, 0, Body.length, from);
    const PartNumber = Parts.length + 1;
    const { ETag } = await client.send(new UploadPartCommand({ ...target, UploadId, PartNumber, Body }));
    Parts.push({ PartNumber, ETag });
  }
  await file.close();
  const { ETag = '' } = await client.send(
    new CompleteMultipartUploadCommand({ ...target, UploadId, MultipartUpload: { Parts } }),
  );
  return ETag.replaceAll('"', '');
}

async function runJob(env: Record<string, string>): Promise<JobFigures> {
  const start = performance.now();
  const child = spawn(process.execPath, [job], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  let log = '';
  child.stdout.setEncoding('utf8').on('data', (chunk) => {
    log += chunk;
  });
  const [code] = await once(child, 'close');
  const seconds = (performance.now() - start) / 1000;
  const lines = log
    .trimEnd()
    .split('\n')
    .map((text) => JSON.parse(text));
  const settled = lines.find((line) => line.state) ?? {};
  const { state, peak_memory_mb: peakMemoryMb, cpu_seconds: cpuSeconds } = settled;
  if (code !== 0 || state !== 'committed') throw new Error(`the job ended with ${code}: ${log}`);
  return { seconds, cpuSeconds, peakMemoryMb };
}

function line(measured: Measured): string {
  const { rows, seconds, cpuSeconds, parse, read, hashSeconds, unstored, peakMemoryMb } = measured;
  const figure = (what: string, wall: number, cpu?: number) =>
    `    ${what.padEnd(32)}${wall.toFixed(1).padStart(6)} s${cpu === undefined ? '' : `, CPU ${cpu.toFixed(1)} s`}`;
  return [
    `  ${rows.toLocaleString('en')} rows`,
    figure('the job, from start to commit', seconds, cpuSeconds),
    figure('the same, its items not stored', unstored.seconds, unstored.cpuSeconds),
    figure('its reading and checking alone', read.seconds, read.cpuSeconds),
    figure('csv-parse alone', parse.seconds, parse.cpuSeconds),
    figure('sha256sum', hashSeconds),
    `    peak memory ${peakMemoryMb} MB`,
  ].join('\n');
}

/**
 * The emulator takes some 80 µs of CPU for an item, so at many items it, and not the job, sets the time to the commit: the
 * difference to the job whose items are not stored is the emulator's.
 */
function summarize(results: readonly Measured[]): void {
  const [small, large] = results.slice(-2) as [Measured, Measured];
  const growth = large.cpuSeconds / small.cpuSeconds / (large.rows / small.rows);
  goal(
    'csv-parse alone / reading and checking',
    large.parse.cpuSeconds / large.read.cpuSeconds,
    'at least',
    2.5,
  );
  goal('csv-parse alone / the job, CPU', large.parse.cpuSeconds / large.cpuSeconds, 'at least', 2.5);
  goal('csv-parse alone / start to commit', large.parse.seconds / large.seconds, 'at least', 2.5);
  const own = large.parse.seconds / large.unstored.seconds;
  console.log(`    csv-parse alone / start to commit, the items of batches not stored: ${own.toFixed(2)}`);
  goal('peak memory, MB', large.peakMemoryMb, 'at most', 200);
  goal(`CPU per row from ${small.rows.toLocaleString('en')} rows on`, growth, 'at most', 1.2);
}
