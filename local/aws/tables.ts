import {
  CreateTableCommand,
  DescribeTableCommand,
  type DynamoDBClient,
  ResourceInUseException,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import {
  type IndexDefinition,
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

/** Creates the table unless it exists; then the indexes that an earlier release did not know. */
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
  const attributes = [...new Set(keys)].map((key) => ({ AttributeName: key, AttributeType: 'S' as const }));
  try {
    await client.send(
      new CreateTableCommand({
        TableName: name,
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: attributes,
        KeySchema: keySchema(table),
        ...(indexes.length > 0
          ? {
              GlobalSecondaryIndexes: indexes.map(secondaryIndex),
            }
          : {}),
      }),
    );
  } catch (error) {
    if (error instanceof ResourceInUseException) return addIndexes(client, name, indexes, attributes);
    throw error;
  }
  if (table.timeToLive) {
    const TimeToLiveSpecification = { AttributeName: table.timeToLive, Enabled: true };
    await client.send(new UpdateTimeToLiveCommand({ TableName: name, TimeToLiveSpecification }));
  }
}

async function addIndexes(
  client: DynamoDBClient,
  name: string,
  indexes: readonly IndexDefinition[],
  attributes: { AttributeName: string; AttributeType: 'S' }[],
): Promise<void> {
  if (indexes.length === 0) return;
  const { Table } = await client.send(new DescribeTableCommand({ TableName: name }));
  const there = new Set(Table?.GlobalSecondaryIndexes?.map(({ IndexName }) => IndexName));
  // DynamoDB makes one index at a time.
  for (const index of indexes.filter((one) => !there.has(one.name))) {
    await client.send(
      new UpdateTableCommand({
        TableName: name,
        AttributeDefinitions: attributes,
        GlobalSecondaryIndexUpdates: [{ Create: secondaryIndex(index) }],
      }),
    );
  }
}

function secondaryIndex(index: IndexDefinition) {
  return {
    IndexName: index.name,
    KeySchema: keySchema(index),
    Projection: index.attributes
      ? { ProjectionType: 'INCLUDE' as const, NonKeyAttributes: [...index.attributes] }
      : { ProjectionType: 'ALL' as const },
  };
}

function keySchema({ partitionKey, sortKey }: { partitionKey: string; sortKey?: string }) {
  return [
    { AttributeName: partitionKey, KeyType: 'HASH' as const },
    ...(sortKey ? [{ AttributeName: sortKey, KeyType: 'RANGE' as const }] : []),
  ];
}
