import {
  CreateTableCommand,
  type DynamoDBClient,
  ResourceInUseException,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import {
  type TableDefinition,
  type TableName,
  tableNames,
  tables,
  tableVariable,
} from '../../contract/tables.ts';

/** Creates the missing tables of contract/tables.ts, named `<prefix>-<table>`, concurrently. */
export async function createTables(client: DynamoDBClient, prefix: string): Promise<void> {
  await Promise.all(tableNames.map((name) => createTable(client, physicalName(prefix, name), tables[name])));
}

/** The environment variables that give the service the tables' names. */
export function tableEnvironment(prefix: string): Record<string, string> {
  return Object.fromEntries(tableNames.map((name) => [tableVariable(name), physicalName(prefix, name)]));
}

export function physicalName(prefix: string, table: TableName): string {
  return `${prefix}-${table}`;
}

/** Creates the table unless it exists. */
export async function createTable(
  client: DynamoDBClient,
  name: string,
  table: TableDefinition,
): Promise<void> {
  const indexes = table.indexes ?? [];
  const keys = [table, ...indexes].flatMap(({ partitionKey, sortKey }) => [
    partitionKey,
    ...(sortKey ? [sortKey] : []),
  ]);
  try {
    await client.send(
      new CreateTableCommand({
        TableName: name,
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [...new Set(keys)].map((key) => ({ AttributeName: key, AttributeType: 'S' })),
        KeySchema: keySchema(table),
        ...(indexes.length > 0
          ? {
              GlobalSecondaryIndexes: indexes.map((index) => ({
                IndexName: index.name,
                KeySchema: keySchema(index),
                Projection: { ProjectionType: 'ALL' },
              })),
            }
          : {}),
      }),
    );
  } catch (error) {
    if (error instanceof ResourceInUseException) return;
    throw error;
  }
  if (table.timeToLive) {
    const TimeToLiveSpecification = { AttributeName: table.timeToLive, Enabled: true };
    await client.send(new UpdateTimeToLiveCommand({ TableName: name, TimeToLiveSpecification }));
  }
}

function keySchema({ partitionKey, sortKey }: { partitionKey: string; sortKey?: string }) {
  return [
    { AttributeName: partitionKey, KeyType: 'HASH' as const },
    ...(sortKey ? [{ AttributeName: sortKey, KeyType: 'RANGE' as const }] : []),
  ];
}
