import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { CreateTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { startDynamoDB } from '../local/aws/dynamodb.ts';
import { createTables } from '../local/aws/tables.ts';
import { goal, median } from './goals.ts';
import { benchClient } from './setup.ts';

/** Rounds that count; in those before them V8 finds out what to compile. */
const rounds = 7;
const warmUps = 1;
export const prefix = 'bench-streams';
export const queryThenPutTable = 'bench-query-then-put';

const ways = ['ours', 'plain', 'queryThenPut', 'ceiling'] as const;
export type Way = (typeof ways)[number];

export interface Figure {
  readonly perSecond: number;
  /** Microseconds of the client's CPU per acquire + release. */
  readonly cpu: number;
}

/**
 * Measures the stream limiter on our client and on the SDK's default client, and the way of the program that this project
 * replaces: query, count, put. Each is a process of its own, since code that two clients share is compiled for both. Rounds
 * alternate, so that a machine that gets slower does so for all.
 */
export async function run(): Promise<void> {
  const emulator = await startDynamoDB();
  const clients: ChildProcess[] = [];
  try {
    const client = benchClient(emulator.endpoint);
    await createTables(client, prefix);
    await createQueryThenPutTable(client);
    for (const way of ways) clients.push(await startClient(way, emulator.endpoint));
    const figures: Record<string, Figure[]> = {};
    for (let round = 0; round < warmUps + rounds; round++) {
      for (const [i, way] of ways.entries()) {
        const figure = await measure(clients[i] as ChildProcess);
        if (round >= warmUps) figures[way] = [...(figures[way] ?? []), figure];
      }
    }
    print(Object.fromEntries(Object.entries(figures).map(([way, all]) => [way, middle(all)])));
    const ratios = (figures.ours ?? []).map(({ cpu }, i) => cpu / (figures.ceiling?.[i]?.cpu as number));
    goal('CPU of a pair, in two bare unsigned requests', median(ratios), 'at most', 1.3);
  } finally {
    for (const child of clients) child.kill();
    await emulator.stop();
  }
}

async function startClient(way: Way, endpoint: string): Promise<ChildProcess> {
  const client = fork(fileURLToPath(new URL('streams-client.ts', import.meta.url)), [way, endpoint]);
  await once(client, 'message');
  return client;
}

async function measure(client: ChildProcess): Promise<Figure> {
  client.send('measure');
  const [figure] = await Promise.race([
    once(client, 'message'),
    once(client, 'exit').then(() => {
      throw new Error('the process of a client ended; its message is above');
    }),
  ]);
  return figure as Figure;
}

async function createQueryThenPutTable(client: DynamoDBClient): Promise<void> {
  const keys = ['viewer', 'id'] as const;
  await client.send(
    new CreateTableCommand({
      TableName: queryThenPutTable,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: keys.map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      KeySchema: keys.map((AttributeName, i) => ({ AttributeName, KeyType: i === 0 ? 'HASH' : 'RANGE' })),
    }),
  );
}

function middle(figures: readonly Figure[]): Figure {
  return [...figures].sort((a, b) => a.perSecond - b.perSecond)[Math.floor(figures.length / 2)] as Figure;
}

function print(figures: Record<string, Figure>): void {
  const { ours, plain, queryThenPut: former, ceiling } = figures as Record<Way, Figure>;
  const line = (label: string, { perSecond, cpu }: Figure, note: string) =>
    console.log(
      `  ${label.padEnd(30)} ${Math.round(perSecond).toLocaleString('en').padStart(6)} pairs/s ${Math.round(cpu).toString().padStart(5)} µs CPU a pair   ${note}`,
    );
  line(
    'limiter, our client',
    ours,
    `${(ours.perSecond / ceiling.perSecond).toFixed(2)} of the emulator's ceiling`,
  );
  line('limiter, SDK default client', plain, ratio('ours is', ours, plain, ' (goal 2.5 × its rate)'));
  line('query, then put', former, ratio('ours is', ours, former, ', and exact'));
  line('emulator ceiling, bare HTTP', ceiling, 'the same two writes, unsigned');
}

function ratio(label: string, a: Figure, b: Figure, note: string): string {
  return `${label} ${(a.perSecond / b.perSecond).toFixed(2)} × its rate at ${(b.cpu / a.cpu).toFixed(2)} × less CPU${note}`;
}
