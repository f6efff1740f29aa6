import { hash } from 'node:crypto';
import {
  type DynamoDBClient,
  GetItemCommand,
  QueryCommand,
  type QueryCommandInput,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { unfinished } from '../../contract/scans.ts';
import { conditional, type Item } from '../../data/dynamodb/errors.ts';

/** How long a request may be repeated under its idempotency key, in milliseconds: 24 h. */
const keyLifetime = 24 * 3600 * 1000;

/** Under which a request is made, and what it asks for: the same key must not ask for something else. */
export interface IdempotencyKey {
  readonly key: string;
  readonly body: string;
}

export type Creation = { readonly created: true } | { readonly id: string } | 'another body';

/** Items that are carried out by a state machine, with the idempotency keys under which they were requested. */
export interface Records {
  /** @returns the id of the item that the key stands for, when it stands for one already. */
  create(item: Item, key: IdempotencyKey | undefined): Promise<Creation>;
  read(id: string): Promise<Item | undefined>;
  /** One page, newest first. */
  query(
    index: string,
    partition: readonly [name: string, value: string],
    options: { limit: number; after?: Position | undefined },
  ): Promise<{ items: Item[]; last: Position | undefined }>;
  /** Whatever has not come to its announced end, oldest first. */
  unfinished(): Promise<Item[]>;
}

/** Where a page of a list ended. */
export interface Position {
  readonly id: string;
  readonly created_at: string;
}

export function createRecords(client: DynamoDBClient, table: string): Records {
  async function create(item: Item, key: IdempotencyKey | undefined): Promise<Creation> {
    const puts = [
      ...(key ? [putKey(key, item)] : []),
      { Put: { TableName: table, Item: item, ConditionExpression: 'attribute_not_exists(id)' } },
    ];
    const result = await conditional(client.send(new TransactWriteItemsCommand({ TransactItems: puts })));
    if (!('item' in result)) return { created: true };
    if (result.item?.stands_for?.S === undefined || !key) throw new Error('the id of a new item is taken');
    return result.item.body_hash?.S === hash('sha256', key.body)
      ? { id: result.item.stands_for.S }
      : 'another body';
  }

  function putKey({ key, body }: IdempotencyKey, item: Item) {
    const now = Date.now();
    const Item: Item = {
      id: { S: `key#${hash('sha256', key)}` },
      stands_for: item.id as Item[string],
      body_hash: { S: hash('sha256', body) },
      delete_after: { N: String(Math.ceil((now + keyLifetime) / 1000)) },
    };
    return {
      Put: {
        TableName: table,
        Item,
        // Deletion lags, so a key's time is checked, not its being there.
        ConditionExpression: 'attribute_not_exists(id) OR delete_after <= :now',
        ExpressionAttributeValues: { ':now': { N: String(Math.floor(now / 1000)) } },
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
      },
    };
  }

  async function read(id: string): Promise<Item | undefined> {
    const { Item } = await client.send(
      new GetItemCommand({ TableName: table, Key: { id: { S: id } }, ConsistentRead: true }),
    );
    return Item;
  }

  function pageOf(index: string, [name, value]: readonly [string, string]): QueryCommandInput {
    return {
      TableName: table,
      IndexName: index,
      KeyConditionExpression: '#partition = :value',
      ExpressionAttributeNames: { '#partition': name },
      ExpressionAttributeValues: { ':value': { S: value } },
    };
  }

  const query: Records['query'] = async (index, partition, { limit, after }) => {
    const [name, value] = partition;
    const { Items = [], LastEvaluatedKey: last } = await client.send(
      new QueryCommand({
        ...pageOf(index, partition),
        ScanIndexForward: false,
        Limit: limit,
        ...(after
          ? {
              ExclusiveStartKey: {
                id: { S: after.id },
                created_at: { S: after.created_at },
                [name]: { S: value },
              },
            }
          : {}),
      }),
    );
    return {
      items: Items,
      last: last && { id: last.id?.S as string, created_at: last.created_at?.S as string },
    };
  };

  async function allUnfinished(): Promise<Item[]> {
    const found: Item[] = [];
    let ExclusiveStartKey: Item | undefined;
    do {
      const { Items = [], LastEvaluatedKey } = await client.send(
        new QueryCommand({ ...pageOf('unfinished', ['unfinished', unfinished]), ExclusiveStartKey }),
      );
      found.push(...Items);
      ExclusiveStartKey = LastEvaluatedKey;
    } while (ExclusiveStartKey);
    return found;
  }

  return { create, read, query, unfinished: allUnfinished };
}
