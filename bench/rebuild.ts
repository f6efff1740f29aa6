import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { environment } from '../contract/environment.ts';
import { type IngestKind, incomingKey, ingestVariables } from '../contract/ingest.ts';
import { toItem } from '../data/ledger/ingest.ts';
import { batchItem } from '../data/rates/batches.ts';
import { batchName } from '../data/rates/items.ts';
import { createRatesTable } from '../data/rates/table.ts';
import { createS3Client } from '../data/s3/client.ts';
import { LaneTable } from '../jobs/ingest/lane-table.ts';
import { portCode, portNumber } from '../jobs/ingest/port-code.ts';
import { createRollupObjects } from '../jobs/ingest/rollup-objects.ts';
import { sortedLanes } from '../jobs/ingest/sorted-lanes.ts';
import { Spill } from '../jobs/ingest/spill.ts';
import { startDynamoDB } from '../local/aws/dynamodb.ts';
import { startS3 } from '../local/aws/s3.ts';
import { createTables, physicalName, tableEnvironment } from '../local/aws/tables.ts';
import { seededRandom } from '../local/commands/sample/random.ts';
import { goal } from './goals.ts';
import { benchClient } from './setup.ts';

const ports = 1000;
const regions = 100;
const rowsInFile = 5000;
const sizes = [50, 100, 200];
const bucket = 'bench';
const january = 2021 * 12;
const job = fileURLToPath(new URL('../jobs/ingest/main.ts', import.meta.url));
const credentials = { AWS_ACCESS_KEY_ID: 'bench', AWS_SECRET_ACCESS_KEY: 'bench', AWS_REGION: 'us-east-1' };

/** Spread over the alphabet, so that no region's ports stand together by their codes alone. */
const code = (port: number) => portCode(portNumber('BAAAA') + port * 7919);
const leaf = (region: number) => `region-${region}`;
const leaves = regions * 0.9;
const portsCsv = `code,name,parent_slug\n${list(ports, (i) => `${code(i)},${code(i)},${leaf(i % leaves)}\n`)}`;
const regionsCsv =
  'slug,name,parent_slug\n' +
  list(regions - leaves, (i) => `top-${i},Top ${i},\n`) +
  list(leaves, (i) => `${leaf(i)},Region ${i},top-${i % (regions - leaves)}\n`);

/** Measures the job of a list of regions, as a process, for three numbers of committed files of prices. */
export async function run(): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'trellis-bench-'));
  const [dynamodb, bucketServer] = await Promise.all([startDynamoDB(), startS3({ directory })]);
  bucketServer.createBucket(bucket);
  const s3 = createS3Client({
    endpoint: bucketServer.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'bench', secretAccessKey: 'bench' },
  });
  const client = benchClient(dynamodb.endpoint, 30_000);
  const endpoints = {
    ...credentials,
    AWS_ENDPOINT_URL_DYNAMODB: dynamodb.endpoint,
    AWS_ENDPOINT_URL_S3: bucketServer.endpoint,
  };
  try {
    const results: { seconds: number; cpu: number; memory: number; rows: number }[] = [];
    for (const files of sizes) {
      const prefix = `bench-${files}`;
      await createTables(client, prefix);
      const rooms = { client, s3, prefix, endpoints };
      await ingest(rooms, 'ports', portsCsv);
      await commitFiles(rooms, files);
      const rows = files * rowsInFile;
      const result = { rows, ...(await ingest(rooms, 'regions', regionsCsv)) };
      results.push(result);
      console.log(
        `${ports} ports, ${regions} regions, ${files} files of ${rowsInFile} rows: ${result.seconds.toFixed(1)} s, ` +
          `${result.cpu.toFixed(1)} s of CPU, ${await items(rooms)} items, peak memory ${result.memory} MB`,
      );
    }
    for (const [i, large] of results.entries()) {
      const small = results[i - 1];
      if (!small) continue;
      const growth = (figure: 'seconds' | 'cpu' | 'memory') => large[figure] / small[figure];
      const rows = large.rows / small.rows;
      console.log(`from ${small.rows} to ${large.rows} rows:`);
      goal('time per row', growth('seconds') / rows, 'at most', 1.2);
      goal('CPU per row', growth('cpu') / rows, 'at most', 1.2);
      goal('peak memory per row', growth('memory') / rows, 'at most', 1.2);
    }
  } finally {
    client.destroy();
    s3.destroy();
    await Promise.all([dynamodb.stop(), bucketServer.stop()]);
    rmSync(directory, { recursive: true });
  }
}

interface Rooms {
  readonly client: DynamoDBClient;
  readonly s3: S3Client;
  readonly prefix: string;
  readonly endpoints: Record<string, string>;
}

/** Files as their commits leave them, but for the lanes between ports, which no tree is made from. */
async function commitFiles({ client, s3, prefix }: Rooms, files: number): Promise<void> {
  const random = seededRandom(1);
  const rollups = createRollupObjects(s3, bucket);
  const table = new LaneTable(rowsInFile);
  for (let file = 0; file < files; file++) {
    const spill = new Spill(2 ** 20);
    for (let row = 0; row < rowsInFile; row++) {
      const [orig, dest] = [Math.floor(random() * ports), Math.floor(random() * (ports - 1))];
      const [from, to] = [portNumber(code(orig)), portNumber(code(dest < orig ? dest : dest + 1))];
      spill.add(january, 1 + Math.floor(random() * 31), from, to, 1 + Math.floor(random() * 1e7));
    }
    const id = file.toString(16).padStart(32, '0');
    const batch = batchName(id, 'benchmark000');
    await rollups.put(batch, sortedLanes(spill, table, 2 ** 20));
    spill.dispose();
    const counts = { rows_read: rowsInFile, rows_accepted: rowsInFile, rows_rejected: 0 };
    const nothing = { file: undefined, ports: undefined, rejectsKey: undefined, reverses: undefined };
    const Item = batchItem({ id, batch, ingest: id, revision: 1, trees: [], counts, ...nothing });
    await client.send(new PutItemCommand({ TableName: physicalName(prefix, 'rates'), Item }));
  }
}

async function ingest({ client, s3, prefix, endpoints }: Rooms, kind: IngestKind, body: string) {
  const id = randomUUID();
  const key = incomingKey(kind, id, 'file.csv');
  const { ETag = '' } = await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body }));
  const now = new Date().toISOString();
  const entry = { id, kind, key, partial: false, state: 'queued', created_at: now, updated_at: now } as const;
  const Item = { ...toItem({ ...entry, size: body.length, retries: 0 }), execution: { S: 'bench' } };
  await client.send(new PutItemCommand({ TableName: physicalName(prefix, 'ingests'), Item }));
  const start = performance.now();
  const child = spawn(process.execPath, [job], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      ...endpoints,
      ...tableEnvironment(prefix),
      PATH: process.env.PATH,
      [environment.ingestBucket]: bucket,
      [ingestVariables.id]: id,
      [ingestVariables.kind]: kind,
      [ingestVariables.key]: key,
      [ingestVariables.version]: ETag.replaceAll('"', ''),
      [ingestVariables.execution]: 'bench',
    },
  });
  let log = '';
  let seconds = 0;
  child.stdout.setEncoding('utf8').on('data', (chunk) => {
    log += chunk;
    // The sweep that follows is no part of the rebuild.
    if (seconds === 0 && log.includes('"the file was committed"'))
      seconds = (performance.now() - start) / 1000;
  });
  const [exit] = await once(child, 'close');
  const lines = log.trimEnd().split('\n');
  const end = lines.map((text) => JSON.parse(text)).find(({ state }) => state === 'committed');
  if (exit !== 0 || !end) throw new Error(`the job ended with ${exit}: ${log}`);
  return { seconds, cpu: end.cpu_seconds as number, memory: end.peak_memory_mb as number };
}

async function items({ client, prefix }: Rooms): Promise<number> {
  let count = 0;
  for await (const { pk } of createRatesTable(client, physicalName(prefix, 'rates')).scan('pk'))
    if (pk?.S?.includes('#T#')) count++;
  return count;
}

function list(length: number, line: (i: number) => string): string {
  return Array.from({ length }, (_, i) => line(i)).join('');
}
