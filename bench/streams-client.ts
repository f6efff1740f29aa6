// Runs one way to limit streams, as a process of bench/streams.ts: node streams-client.ts <way> <endpoint of DynamoDB>
import {
  DeleteItemCommand,
  type DynamoDBClient,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import { Pool } from 'undici';
import { createStreamStore } from '../app/streams/store.ts';
import { physicalName } from '../local/aws/tables.ts';
import { benchClient, defaultClient } from './setup.ts';
import { type Figure, prefix, queryThenPutTable, type Way } from './streams.ts';

const concurrency = 64;
/** Milliseconds. */
const roundLength = 3000;
const viewers = 1000;

/** One acquire and one release by a viewer. */
type Pair = (viewer: string, id: string) => Promise<void>;

function limiter(client: DynamoDBClient): Pair {
  const store = createStreamStore(client, physicalName(prefix, 'streams'), 90);
  return async (viewer, id) => {
    const decision = await store.acquire(viewer, { id, details: {}, replaces: [] });
    if (decision.outcome === 'denied') throw new Error('a viewer below the limit was denied');
    await store.release(viewer, id);
  };
}

/** The way of the program that this project replaces. It lets more than three in, since another writer may come between the
 * query and the put. */
function queryThenPut(client: DynamoDBClient): Pair {
  return async (viewer, id) => {
    const { Count = 0 } = await client.send(
      new QueryCommand({
        TableName: queryThenPutTable,
        KeyConditionExpression: 'viewer = :viewer',
        ExpressionAttributeValues: { ':viewer': { S: viewer } },
        ConsistentRead: true,
      }),
    );
    if (Count >= 3) throw new Error('a viewer below the limit was denied');
    const key = { viewer: { S: viewer }, id: { S: id } };
    await client.send(
      new PutItemCommand({
        TableName: queryThenPutTable,
        Item: { ...key, expires: { N: String(Date.now()) } },
      }),
    );
    await client.send(new DeleteItemCommand({ TableName: queryThenPutTable, Key: key }));
  };
}

/** The same two writes as bare HTTP: the most that the emulator itself can do. */
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

async function measure(pair: Pair): Promise<Figure> {
  let pairs = 0;
  const cpuBefore = process.cpuUsage();
  const start = performance.now();
  const end = start + roundLength;
  await Promise.all(
    Array.from({ length: concurrency }, async () => {
      while (performance.now() < end) {
        const n = pairs++;
        await pair(`ip#${n % viewers}`, `stream-${n}`);
      }
    }),
  );
  const { user, system } = process.cpuUsage(cpuBefore);
  return { perSecond: pairs / ((performance.now() - start) / 1000), cpu: (user + system) / pairs };
}

const [way, endpoint] = process.argv.slice(2) as [Way, string];
const ways: Record<Way, () => Pair> = {
  ours: () => limiter(benchClient(endpoint)),
  plain: () => limiter(defaultClient(endpoint)),
  queryThenPut: () => queryThenPut(defaultClient(endpoint)),
  ceiling: () => unsignedCalls(endpoint),
};
const pair = ways[way]();
process.on('SIGINT', () => process.exit(0));
process.on('message', async () => process.send?.(await measure(pair)));
process.send?.('ready');
