import {
  CreateTableCommand,
  DeleteItemCommand,
  type DynamoDBClient,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import { Pool } from 'undici';
import { createStreamStore } from '../app/streams/store.ts';
import { startDynamoDB } from '../local/emulators/dynamodb.ts';
import { createTables, physicalName } from '../local/tables.ts';
import { benchClient, defaultClient } from './setup.ts';

const concurrency = 64;
const pairsPerRound = 4000;
const rounds = 5;
const viewers = 1000;
const prefix = 'bench-streams';
const seedTable = 'bench-seed-streams';

/** One acquire and one release by a viewer. */
type Pair = (viewer: string, id: string) => Promise<void>;

interface Figure {
  readonly perSecond: number;
  /** Microseconds of this process's CPU per acquire + release. */
  readonly cpu: number;
}

/** The stream limiter on our client, on the SDK's default client, and the seed's way: query, count, put. */
export async function run(): Promise<void> {
  const emulator = await startDynamoDB();
  try {
    const tuned = benchClient(emulator.endpoint);
    const plain = defaultClient(emulator.endpoint);
    await createTables(tuned, prefix);
    await createSeedTable(tuned);
    const pairs = {
      tuned: limiter(tuned),
      plain: limiter(plain),
      seed: queryThenPut(plain),
      ceiling: unsignedCalls(emulator.endpoint),
    };
    const figures: Record<string, Figure[]> = {};
    for (let round = 0; round <= rounds; round++) {
      for (const [name, pair] of Object.entries(pairs)) {
        const figure = await measure(pair);
        // The first round warms up.
        if (round > 0) figures[name] = [...(figures[name] ?? []), figure];
      }
    }
    print(Object.fromEntries(Object.entries(figures).map(([name, all]) => [name, median(all)])));
  } finally {
    await emulator.stop();
  }
}

function limiter(client: DynamoDBClient): Pair {
  const store = createStreamStore(client, physicalName(prefix, 'streams'), 90);
  return async (viewer, id) => {
    const decision = await store.acquire(viewer, { id, details: {}, replaces: [] });
    if (decision.outcome === 'denied') throw new Error('a viewer with free places was denied');
    await store.release(viewer, id);
  };
}

/** What the seed did, and what lets more than three in: another writer may come between the query and the put. */
function queryThenPut(client: DynamoDBClient): Pair {
  return async (viewer, id) => {
    const { Count = 0 } = await client.send(
      new QueryCommand({
        TableName: seedTable,
        KeyConditionExpression: 'viewer = :viewer',
        ExpressionAttributeValues: { ':viewer': { S: viewer } },
        ConsistentRead: true,
      }),
    );
    if (Count >= 3) throw new Error('a viewer with free places was denied');
    const key = { viewer: { S: viewer }, id: { S: id } };
    await client.send(
      new PutItemCommand({ TableName: seedTable, Item: { ...key, expires: { N: String(Date.now()) } } }),
    );
    await client.send(new DeleteItemCommand({ TableName: seedTable, Key: key }));
  };
}

/** The same two writes as bare HTTP: what the emulator itself can do. */
function unsignedCalls(endpoint: string): Pair {
  const pool = new Pool(endpoint, { connections: 128 });
  const headers = {
    'content-type': 'application/x-amz-json-1.0',
    'x-amz-target': 'DynamoDB_20120810.UpdateItem',
    authorization:
      'AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0',
    'x-amz-date': '20260101T000000Z',
  };
  async function send(viewer: string, id: string, UpdateExpression: string) {
    const body = JSON.stringify({
      TableName: physicalName(prefix, 'streams'),
      Key: { viewer: { S: `ceiling#${viewer}` } },
      UpdateExpression,
      ExpressionAttributeValues: { ':set': { SS: [id] } },
    });
    const answer = await pool.request({ path: '/', method: 'POST', headers, body });
    const text = await answer.body.text();
    if (answer.statusCode !== 200) throw new Error(text);
  }
  return async (viewer, id) => {
    await send(viewer, id, 'ADD ids :set');
    await send(viewer, id, 'DELETE ids :set');
  };
}

async function createSeedTable(client: DynamoDBClient): Promise<void> {
  const keys = ['viewer', 'id'] as const;
  await client.send(
    new CreateTableCommand({
      TableName: seedTable,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: keys.map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      KeySchema: keys.map((AttributeName, i) => ({ AttributeName, KeyType: i === 0 ? 'HASH' : 'RANGE' })),
    }),
  );
}

async function measure(pair: Pair): Promise<Figure> {
  let next = 0;
  const cpuBefore = process.cpuUsage();
  const start = performance.now();
  await Promise.all(
    Array.from({ length: concurrency }, async () => {
      while (next < pairsPerRound) {
        const n = next++;
        await pair(`ip#${n % viewers}`, `stream-${n}`);
      }
    }),
  );
  const { user, system } = process.cpuUsage(cpuBefore);
  return {
    perSecond: pairsPerRound / ((performance.now() - start) / 1000),
    cpu: (user + system) / pairsPerRound,
  };
}

function median(figures: readonly Figure[]): Figure {
  return [...figures].sort((a, b) => a.perSecond - b.perSecond)[Math.floor(figures.length / 2)] as Figure;
}

function print(figures: Record<string, Figure>): void {
  const { tuned, plain, seed, ceiling } = figures as Record<'tuned' | 'plain' | 'seed' | 'ceiling', Figure>;
  const line = (label: string, { perSecond, cpu }: Figure, note: string) =>
    console.log(
      `  ${label.padEnd(30)} ${Math.round(perSecond).toLocaleString('en').padStart(6)} pairs/s ${Math.round(cpu).toString().padStart(5)} µs CPU a pair   ${note}`,
    );
  line(
    'limiter, our client',
    tuned,
    `${(tuned.perSecond / ceiling.perSecond).toFixed(2)} of the emulator's ceiling`,
  );
  line('limiter, SDK default client', plain, ratio('ours is', tuned, plain, ' (goal 2.5 × its rate)'));
  line("the seed's query, then put", seed, ratio('ours is', tuned, seed, ', and exact'));
  line('emulator ceiling, bare HTTP', ceiling, 'the same two writes, unsigned');
}

function ratio(label: string, a: Figure, b: Figure, note: string): string {
  return `${label} ${(a.perSecond / b.perSecond).toFixed(2)} × its rate at ${(b.cpu / a.cpu).toFixed(2)} × less CPU${note}`;
}
