import { randomUUID } from 'node:crypto';
import { createTables, physicalName, tableEnvironment } from '../../local/aws/tables.ts';
import { awsEnvironment, plainClient } from './clients.ts';
import { emulator } from './emulator.ts';

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

/** What a process must be told to reach these tables. */
export function databaseVariables({ endpoint, prefix }: TestTables): Record<string, string> {
  return { ...awsEnvironment, AWS_ENDPOINT_URL_DYNAMODB: endpoint, ...tableEnvironment(prefix) };
}
