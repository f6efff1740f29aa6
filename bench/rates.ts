import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { buildApp } from '../app/app.ts';
import { createRatesStore } from '../app/rates/store.ts';
import { type IngestKind, incomingKey } from '../contract/ingest.ts';
import { toItem } from '../data/ledger/ingest.ts';
import { batchItem } from '../data/rates/batches.ts';
import { monthText } from '../data/rates/calendar.ts';
import { batchName, pointerKey } from '../data/rates/items.ts';
import { segmentItems } from '../data/rates/segment.ts';
import { createS3Client } from '../data/s3/client.ts';
import { ingest } from '../jobs/ingest/ingest.ts';
import { createJob } from '../jobs/ingest/job.ts';
import { limits } from '../jobs/ingest/limits.ts';
import { RowReport } from '../jobs/ingest/rejects.ts';
import { createItemWriter } from '../jobs/ingest/writer.ts';
import { startDynamoDB } from '../local/aws/dynamodb.ts';
import { startS3 } from '../local/aws/s3.ts';
import { createTables, physicalName } from '../local/aws/tables.ts';
import { portsCsv, regionsCsv } from '../local/commands/sample/locations.ts';
import { pricesCsv } from '../local/commands/sample/prices.ts';
import { goal, median, percentile } from './goals.ts';
import { benchClient, benchSettings } from './setup.ts';

const batches = 1000;
/** Files begin on the days of one year, so that a query of that year meets a segment of each. */
const firstDay = Date.parse('2021-01-01');
const daysInYear = 365;
const rowsInBatch = 40;
const filesAtOnce = 4;
const requests = 500;
/** Commits among the requests; each makes the next request read all segments of its lane again. */
const commits = 50;
/** Batches of a lane and month that a task reads which remembers nothing. */
const coldBatches = [10, 1000];
const coldRequests = 200;
const bucket = 'bench';
const query = { from: '2021-01-01', to: '2021-12-31', orig: 'asia', dest: 'europe' };
const url = `/rates?date_from=${query.from}&date_to=${query.to}&orig_code=${query.orig}&dest_code=${query.dest}`;

/** Measures a year from region to region over many batches of one day each, beside one GetItem of the same emulator. */
export async function run(): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'trellis-bench-'));
  const dynamodb = await startDynamoDB();
  const bucketServer = await startS3({ directory });
  bucketServer.createBucket(bucket);
  const prefix = 'bench-rates';
  const client = benchClient(dynamodb.endpoint);
  const table = physicalName(prefix, 'rates');
  const tables = { rates: table, ingests: physicalName(prefix, 'ingests') };
  const s3 = createS3Client({
    endpoint: bucketServer.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'bench', secretAccessKey: 'bench' },
  });

  async function load(kind: IngestKind, body: string): Promise<void> {
    const id = randomUUID();
    const key = `incoming/${kind}/${id}/file.csv`;
    const { ETag = '' } = await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body }));
    const file = { id, kind, key, version: ETag.replaceAll('"', ''), partial: false };
    const now = new Date().toISOString();
    const record = {
      ...file,
      state: 'running',
      size: body.length,
      retries: 0,
      created_at: now,
      updated_at: now,
    } as const;
    // A commit is on condition that the job's execution has the claim.
    const Item = { ...toItem(record), execution: { S: 'bench' } };
    await client.send(new PutItemCommand({ TableName: tables.ingests, Item }));
    // Small files need small lane tables: one for millions of rows takes longer to make than to fill.
    const small = { ...limits, lanes: 1024 };
    const report = new RowReport(limits.rejects);
    const parts = { s3, bucket, limits: small, file, report, execution: 'bench' };
    const outcome = await ingest(createJob(client, tables, parts));
    if (outcome.state !== 'committed') throw new Error(outcome.reason);
  }

  try {
    await createTables(client, prefix);
    await load('regions', regionsCsv());
    await load('ports', portsCsv(1));
    let next = 0;
    await Promise.all(
      Array.from({ length: filesAtOnce }, async () => {
        while (next < batches) await load('prices', oneDay(next++));
      }),
    );

    const app = await buildApp({ settings: benchSettings(prefix), client, s3 });
    const store = createRatesStore(client, table);
    const read = await store.read(query);
    const days = 'quotes' in read ? read.quotes.size : 0;
    const getItem = new GetItemCommand({ TableName: table, Key: pointerKey, ConsistentRead: true });
    // A commit elsewhere: it changes the pointer's revision alone.
    const commit = new UpdateItemCommand({
      TableName: table,
      Key: pointerKey,
      UpdateExpression: 'ADD revision :one',
      ExpressionAttributeValues: { ':one': { N: '1' } },
    });
    // They take turns, so that other work on the machine slows all alike.
    const single: number[] = [];
    const rates: number[] = [];
    const afterCommit: number[] = [];
    const get = () => app.inject({ method: 'GET', url });
    await get();
    for (let i = 0; i < requests; i++) {
      single.push(await time(() => client.send(getItem)));
      rates.push(await time(get));
      if (i % (requests / commits) > 0) continue;
      await client.send(commit);
      afterCommit.push(await time(get));
    }
    await app.close();
    for (const count of coldBatches) await measureCold(client, table, count);
    report('GetItem', single);
    report(`GET /rates, ${batches} batches, ${days} days with prices`, rates);
    report('the same, first read after a commit', afterCommit);
    goal('median, in GetItems', median(rates) / median(single), 'at most', 5);
    goal('p99, in p99 of GetItem', percentile(rates, 0.99) / percentile(single, 0.99), 'at most', 3.5);
    goal('p99 after a commit', percentile(afterCommit, 0.99) / percentile(single, 0.99), 'at most', 20);
  } finally {
    client.destroy();
    s3.destroy();
    await Promise.all([dynamodb.stop(), bucketServer.stop()]);
    rmSync(directory, { recursive: true });
  }
}

/** A month between two ports over so many batches, by a task that remembers nothing, beside one GetItem. */
async function measureCold(client: DynamoDBClient, table: string, count: number): Promise<void> {
  const [orig, dest] = ['CNGGZ', 'EETLL'];
  const writer = createItemWriter(client, table);
  const month = 2022 * 12 + count;
  const toDay = (day: number) => `${monthText(month)}-${String(day).padStart(2, '0')}`;
  for (let i = 0; i < count; i++) {
    const id = `${month}${i}`.padStart(32, '0');
    const batch = batchName(id, 'bench0000000');
    const counts = { rows_read: 3, rows_accepted: 3, rows_rejected: 0 };
    const common = { id, batch, ingest: id, revision: 1, trees: ['tree'], counts };
    const file = { key: incomingKey('prices', id, 'file.csv'), version: id };
    await writer.put(batchItem({ ...common, file, ports: id, rejectsKey: undefined, reverses: undefined }));
    const days = `${' '.repeat(i % 28)}3:1njchs`;
    await writer.put(segmentItems(undefined, month, batch, 0)(orig, dest, days));
  }
  await writer.flush();
  const getItem = new GetItemCommand({ TableName: table, Key: pointerKey, ConsistentRead: true });
  const single: number[] = [];
  const cold: number[] = [];
  for (let i = 0; i < coldRequests; i++) {
    single.push(await time(() => client.send(getItem)));
    const store = createRatesStore(client, table);
    cold.push(await time(() => store.read({ from: toDay(1), to: toDay(28), orig, dest })));
  }
  report(`a month between two ports, ${count} batches, nothing remembered`, cold);
  goal('p99, in p99 of GetItem', percentile(cold, 0.99) / percentile(single, 0.99), 'at most', 20);
}

/** The content of a file of one day; files of the same day differ. */
function oneDay(number: number): string {
  const from = new Date(firstDay + (number % daysInYear) * 86_400_000).toISOString().slice(0, 10);
  const [header = '', ...rows] = [...pricesCsv({ rows: rowsInBatch, seed: 1, lanes: 60, from })]
    .join('')
    .trimEnd()
    .split('\n');
  const price = (number + 100).toFixed(2);
  // The first lane leads from Asia to Europe: every file has at least these prices there.
  const own = [0, 1, 2].map(() => `CNGGZ,EETLL,${from},${price}`);
  return `${[header, ...rows, ...own].join('\n')}\n`;
}

async function time(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

function report(what: string, times: readonly number[]): void {
  const [half, p99] = [0.5, 0.99].map((share) => percentile(times, share).toFixed(2));
  console.log(`  ${what}: median ${half} ms, p99 ${p99} ms`);
}
