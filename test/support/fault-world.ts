import { randomUUID } from 'node:crypto';
import { PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { newScanItem } from '../../app/scans/scan.ts';
import { environment } from '../../contract/environment.ts';
import type { TableName } from '../../contract/tables.ts';
import type { Item } from '../../data/dynamodb/errors.ts';
import { toItem } from '../../data/ledger/ingest.ts';
import { physicalName } from '../../local/aws/tables.ts';
import { type TestApp, testApp } from './app.ts';
import { startBuckets } from './buckets.ts';
import { bucketClient, stepFunctionsClient } from './clients.ts';
import { type FaultProxy, faultProxy } from './fault-proxy.ts';
import { createWorld } from './ingest-jobs.ts';
import { startIdleStates } from './laptop-service.ts';
import { ingestEnvironment } from './service.ts';

export interface FaultyApp extends TestApp {
  readonly database: FaultProxy;
  readonly bucket: FaultProxy;
  readonly workflows: FaultProxy;
}

/** What the fault tests need to be there: see `seed`. */
export interface Seeded {
  readonly failedIngest: string;
  readonly committedIngest: string;
  readonly endedScan: string;
}

export interface FaultWorld {
  /** The service behind proxies of its own to database, bucket and Step Functions, which all such services share. */
  app(): Promise<FaultyApp>;
  /** Past the proxies: a file that failed and can be retried, one that can be retracted, and a scan with one finding. */
  seed(): Promise<Seeded>;
  /** Past the proxies: the record of a committed file of prices, which can be retracted. @returns its id */
  commit(): Promise<string>;
  /** All items of a table, past the proxies. */
  items(table: TableName): Promise<Item[]>;
  /** Where objects are, past the proxies. */
  readonly bucketEndpoint: string;
  stop(): Promise<void>;
}

/** What a lane of the world costs on its one day. */
export const knownRate = {
  path: '/rates?date_from=2021-01-01&date_to=2021-01-01&orig_code=AAAAA&dest_code=BBBBB',
  rates: [{ day: '2021-01-01', price: 20, count: 3 }],
};

/** Shorter than in service: a test has many hanging buckets to wait for. */
const patience = { connectionTimeout: 500, requestTimeout: 700, throwOnRequestTimeout: true };

export async function faultWorld(): Promise<FaultWorld> {
  const world = await createWorld();
  await world.ingest('regions', 'slug,name,parent_slug\neast,East,\n');
  await world.ingest('ports', 'code,name,parent_slug\nAAAAA,A,east\nBBBBB,B,east\n');
  const lane = 'AAAAA,BBBBB,2021-01-01';
  await world.ingest('prices', `orig_code,dest_code,day,price\n${lane},10\n${lane},20\n${lane},30\n`);

  const emulator = await startBuckets();
  const s3 = bucketClient(emulator.endpoint);
  const states = await startIdleStates();
  const open: (() => Promise<void>)[] = [];

  async function app(): Promise<FaultyApp> {
    const [database, bucket, workflows] = await Promise.all(
      [world.tables.endpoint, emulator.endpoint, states.endpoint].map(faultProxy),
    );
    const [, throughBucket, throughStates] = [database, bucket, workflows].map((p) => p?.endpoint as string);
    const client = bucketClient(throughBucket as string, { requestHandler: patience });
    const test = await testApp({
      tables: { ...world.tables, endpoint: (database as FaultProxy).endpoint },
      s3: client,
      stepFunctions: stepFunctionsClient(throughStates as string, {
        requestHandler: { ...patience, socketTimeout: patience.requestTimeout },
      }),
      settings: { s3PublicEndpoint: emulator.endpoint, streamLeaseSeconds: 86_400 },
    });
    open.push(async () => {
      await test.close();
      await Promise.all([database, bucket, workflows].map((proxy) => proxy?.close()));
    });
    return { ...test, database, bucket, workflows } as FaultyApp;
  }

  const put = (table: 'ingests' | 'scans', Item: Item) =>
    world.client.send(new PutItemCommand({ TableName: physicalName(world.tables.prefix, table), Item }));

  async function putFile(state: 'failed' | 'committed'): Promise<{ id: string; key: string }> {
    const id = randomUUID();
    const key = `incoming/prices/${id}/a.csv`;
    const now = new Date().toISOString();
    const file = { id, kind: 'prices', key, partial: false, state, size: 5, retries: 0 } as const;
    await put('ingests', toItem({ ...file, created_at: now, updated_at: now }));
    return { id, key };
  }

  const commit = async () => (await putFile('committed')).id;

  async function seed(): Promise<Seeded> {
    const { id: failedIngest, key } = await putFile('failed');
    await s3.send(
      new PutObjectCommand({ Bucket: ingestEnvironment[environment.ingestBucket], Key: key, Body: 'bytes' }),
    );
    const committedIngest = await commit();

    const endedScan = randomUUID();
    const repository = { url: 'https://github.com/a/b', host: 'github.com', path: 'a/b' };
    const { unfinished: _, ...scan } = newScanItem(endedScan, repository, 'HEAD', new Date());
    await put('scans', { ...scan, status: { S: 'completed' } });
    const found = [
      { kind: 'secrets', rule: 'a', severity: 'high', path: 'a', message: 'b', fingerprint: 'c' },
    ];
    await s3.send(
      new PutObjectCommand({
        Bucket: ingestEnvironment[environment.scansBucket],
        Key: `scans/${endedScan}/summary.json`,
        Body: JSON.stringify({ findings: found, padding: ' '.repeat(100_000) }),
      }),
    );
    return { failedIngest, committedIngest, endedScan };
  }

  async function items(table: TableName): Promise<Item[]> {
    const TableName = physicalName(world.tables.prefix, table);
    const found: Item[] = [];
    let ExclusiveStartKey: Item | undefined;
    do {
      const page = await world.client.send(
        new ScanCommand({ TableName, ConsistentRead: true, ExclusiveStartKey }),
      );
      found.push(...(page.Items ?? []));
      ExclusiveStartKey = page.LastEvaluatedKey;
    } while (ExclusiveStartKey);
    return found;
  }

  return {
    app,
    seed,
    commit,
    items,
    bucketEndpoint: emulator.endpoint,
    stop: async () => {
      await Promise.all(open.map((close) => close()));
      await states.stop();
      s3.destroy();
      await emulator.stop();
      await world.close();
    },
  };
}
