import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream, createWriteStream, mkdtempSync, rmSync } from 'node:fs';
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
import { startDynamoDB } from '../local/aws/dynamodb.ts';
import { startS3 } from '../local/aws/s3.ts';
import { createTables, physicalName, tableEnvironment } from '../local/aws/tables.ts';
import { portsCsv, regionsCsv } from '../local/commands/sample/locations.ts';
import { pricesCsv } from '../local/commands/sample/prices.ts';
import { benchClient } from './setup.ts';

const sizes = [1e5, 1e6, 1e7];
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

interface Measured {
  readonly rows: number;
  readonly seconds: number;
  readonly peakMemoryMb: number;
  readonly parseSeconds: number;
}

async function measure(file: string, rows: number, dynamodb: string, s3: string): Promise<Measured> {
  const parseSeconds = await parseAlone(file);
  const prefix = `bench-${randomUUID().slice(0, 8)}`;
  const client = benchClient(dynamodb);
  await createTables(client, prefix);
  const bucketClient = createS3Client({
    endpoint: s3,
    region: 'us-east-1',
    credentials: { accessKeyId: 'bench', secretAccessKey: 'bench' },
  });

  async function ingest(kind: IngestKind, path: string): Promise<{ seconds: number; peakMemoryMb: number }> {
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
      AWS_ENDPOINT_URL_DYNAMODB: dynamodb,
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
  const measured = await ingest('prices', file);
  client.destroy();
  bucketClient.destroy();
  return { rows, parseSeconds, ...measured };
}

/** Reads the file with csv-parse as its documentation shows it. */
async function parseAlone(file: string): Promise<number> {
  const start = performance.now();
  const parser = createReadStream(file).pipe(parse());
  parser.on('readable', () => {
    while (parser.read() !== null);
  });
  await once(parser, 'end');
  return (performance.now() - start) / 1000;
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

async function runJob(env: Record<string, string>): Promise<{ seconds: number; peakMemoryMb: number }> {
  const start = performance.now();
  const child = spawn(process.execPath, [job], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  let log = '';
  child.stdout.setEncoding('utf8').on('data', (chunk) => {
    log += chunk;
  });
  const [code] = await once(child, 'close');
  const seconds = (performance.now() - start) / 1000;
  const lines = log.trimEnd().split('\n');
  const { state, peak_memory_mb: peakMemoryMb } =
    lines.map((text) => JSON.parse(text)).find((end) => end.state) ?? {};
  if (code !== 0 || state !== 'committed') throw new Error(`the job ended with ${code}: ${log}`);
  return { seconds, peakMemoryMb };
}

function line({ rows, seconds, peakMemoryMb, parseSeconds }: Measured): string {
  return [
    `${rows.toLocaleString('en').padStart(10)} rows`,
    `${seconds.toFixed(1).padStart(5)} s`,
    `${Math.round(rows / seconds).toLocaleString('en')} rows/s`,
    `csv-parse alone ${Math.round(rows / parseSeconds).toLocaleString('en')} rows/s (ratio ${(parseSeconds / seconds).toFixed(2)})`,
    `peak memory ${peakMemoryMb} MB`,
  ].join('  ');
}

function summarize(results: readonly Measured[]): void {
  const [small, large] = results.slice(-2) as [Measured, Measured];
  const growth = large.seconds / small.seconds / (large.rows / small.rows);
  console.log(
    `from ${small.rows.toLocaleString('en')} to ${large.rows.toLocaleString('en')} rows: ` +
      `time per row × ${growth.toFixed(2)}, peak memory × ${(large.peakMemoryMb / small.peakMemoryMb).toFixed(2)} ` +
      '(limits: ratio to csv-parse at least 0.40, peak memory at most 250 MB and × 1.20)',
  );
}
