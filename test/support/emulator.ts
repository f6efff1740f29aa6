import type { ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type DynamoDBEmulator, startDynamoDB } from '../../local/aws/dynamodb.ts';
import { createTables, physicalName } from '../../local/aws/tables.ts';

/** Credentials and region that the emulator takes; it looks at neither. */
export const awsEnvironment = {
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
  AWS_REGION: 'us-east-1',
};

let shared: Promise<DynamoDBEmulator> | undefined;

/** The test run's emulator: started by whoever asks first, forgotten with the run. */
export async function emulator(): Promise<DynamoDBEmulator> {
  shared ??= startDynamoDB().then(killWithThisProcess);
  return shared;
}

export async function stopEmulator(): Promise<void> {
  await (await shared)?.stop();
  shared = undefined;
}

const children = new Set<ChildProcess>();
process.once('exit', killChildren);

/** Ends what a failed test left running, for which the test run would otherwise wait for ever. */
export function killChildren(): void {
  for (const child of children) child.kill('SIGKILL');
}

/** An interrupted run must not leave processes behind. */
export function killWithThisProcess<T extends { process: ChildProcess }>(started: T): T {
  children.add(started.process);
  started.process.once('exit', () => children.delete(started.process));
  return started;
}

/** A client of the SDK as it comes, for what a test itself asks of the database. */
export function plainClient(endpoint: string): DynamoDBClient {
  return new DynamoDBClient({
    endpoint,
    region: awsEnvironment.AWS_REGION,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
}

export interface TestTables {
  readonly endpoint: string;
  readonly prefix: string;
  readonly page: string;
  readonly users: string;
  readonly streams: string;
}

/** Tables of one test's own, so that tests can neither see nor disturb each other. */
export async function freshTables(endpoint?: string): Promise<TestTables> {
  const at = endpoint ?? (await emulator()).endpoint;
  const prefix = `test-${randomUUID().slice(0, 8)}`;
  const client = plainClient(at);
  await createTables(client, prefix);
  client.destroy();
  const [page, users, streams] = (['page', 'users', 'streams'] as const).map((t) => physicalName(prefix, t));
  return { endpoint: at, prefix, page, users, streams } as TestTables;
}
