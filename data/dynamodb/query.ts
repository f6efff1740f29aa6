import { type DynamoDBClient, QueryCommand, type QueryCommandInput } from '@aws-sdk/client-dynamodb';
import type { Item } from './errors.ts';

/** All items that a query finds, page by page. */
export async function* queryAll(client: DynamoDBClient, input: QueryCommandInput): AsyncGenerator<Item> {
  let ExclusiveStartKey: Item | undefined;
  do {
    const page = await client.send(
      new QueryCommand({ ...input, ...(ExclusiveStartKey ? { ExclusiveStartKey } : {}) }),
    );
    yield* page.Items ?? [];
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey);
}

/** A partition of an index that sorts items by `created_at`. */
export interface Partition {
  readonly index: string;
  readonly attribute: string;
  readonly value: string;
}

export function inPartition(table: string, { index, attribute, value }: Partition): QueryCommandInput {
  return {
    TableName: table,
    IndexName: index,
    KeyConditionExpression: '#partition = :value',
    ExpressionAttributeNames: { '#partition': attribute },
    ExpressionAttributeValues: { ':value': { S: value } },
  };
}

/** The last item of a page, after which the next page begins. */
export interface Position {
  readonly id: string;
  readonly created_at: string;
}

export interface PageOptions {
  readonly limit: number;
  readonly after?: Position | undefined;
}

/** One page, newest first. */
export async function newestIn(
  client: DynamoDBClient,
  table: string,
  partition: Partition,
  { limit, after }: PageOptions,
): Promise<{ items: Item[]; last: Position | undefined }> {
  const { attribute, value } = partition;
  const { Items = [], LastEvaluatedKey: last } = await client.send(
    new QueryCommand({
      ...inPartition(table, partition),
      ScanIndexForward: false,
      Limit: limit,
      ...(after && {
        ExclusiveStartKey: {
          id: { S: after.id },
          created_at: { S: after.created_at },
          [attribute]: { S: value },
        },
      }),
    }),
  );
  return {
    items: Items,
    last: last && { id: last.id?.S as string, created_at: last.created_at?.S as string },
  };
}
