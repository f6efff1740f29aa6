import {
  CreateTableCommand,
  type CreateTableCommandInput,
  type DynamoDBClient,
  ResourceInUseException,
} from '@aws-sdk/client-dynamodb';

/** Of the inputs of aws:dynamodb/table:Table. */
export interface TableInputs {
  readonly attributes: readonly { name: string; type: string }[];
  readonly hashKey: string;
  readonly rangeKey?: string;
  readonly globalSecondaryIndexes?: readonly { name: string; hashKey: string; rangeKey?: string }[];
}

/** The table of a Pulumi resource, as far as an emulator needs it. */
export function tableOf(inputs: TableInputs, name: string): CreateTableCommandInput {
  const { attributes, globalSecondaryIndexes: indexes = [] } = inputs;
  return {
    TableName: name,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: attributes.map((one) => ({
      AttributeName: one.name,
      AttributeType: one.type as 'S' | 'N' | 'B',
    })),
    KeySchema: keysOf(inputs),
    ...(indexes.length === 0
      ? {}
      : {
          GlobalSecondaryIndexes: indexes.map((index) => ({
            IndexName: index.name,
            KeySchema: keysOf(index),
            Projection: { ProjectionType: 'ALL' as const },
          })),
        }),
  };
}

function keysOf({ hashKey, rangeKey }: { hashKey: string; rangeKey?: string }) {
  const partition = { AttributeName: hashKey, KeyType: 'HASH' as const };
  return rangeKey === undefined
    ? [partition]
    : [partition, { AttributeName: rangeKey, KeyType: 'RANGE' as const }];
}

/** Creates the table unless it exists. */
export async function makeTable(client: DynamoDBClient, table: CreateTableCommandInput): Promise<void> {
  try {
    await client.send(new CreateTableCommand(table));
  } catch (error) {
    if (!(error instanceof ResourceInUseException)) throw error;
  }
}
