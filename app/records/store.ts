import { hash } from 'node:crypto';
import { type DynamoDBClient, GetItemCommand, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { unfinished } from '../../contract/scans.ts';
import { conditional, type Item } from '../../data/dynamodb/errors.ts';
import {
  inPartition,
  newestIn,
  type PageOptions,
  type Partition,
  type Position,
  queryAll,
} from '../../data/dynamodb/query.ts';

/** Milliseconds for which an idempotency key stands for its first request: 24 h. */
const keyLifetime = 24 * 3600 * 1000;

/** The key of a request, and what the request asks for: the same key must not ask for something else. */
export interface IdempotencyKey {
  readonly key: string;
  readonly body: string;
}

/** What the index of unfinished records holds of each: its execution has not ended, or its end is not published yet. */
export interface Unfinished extends Position {
  readonly status: string;
}

/** Records, each of which gets an execution of a state machine, and the idempotency keys of their requests. */
export interface Records<T> {
  /** @returns the new record, or the earlier one that the key stands for; undefined when that one was deleted. */
  create(item: Item, key: IdempotencyKey | undefined): Promise<T | 'another body' | undefined>;
  read(id: string): Promise<T | undefined>;
  /** One page, newest first. */
  list(partition: Partition, options: PageOptions): Promise<{ items: T[]; last: Position | undefined }>;
  /** Oldest first. */
  unfinished(): Promise<Unfinished[]>;
}

export function createRecords<T>(
  client: DynamoDBClient,
  table: string,
  fromItem: (item: Item) => T,
): Records<T> {
  async function create(item: Item, key: IdempotencyKey | undefined) {
    const puts = [
      ...(key ? [putKey(key, item)] : []),
      { Put: { TableName: table, Item: item, ConditionExpression: 'attribute_not_exists(id)' } },
    ];
    const result = await conditional(client.send(new TransactWriteItemsCommand({ TransactItems: puts })));
    if (!('item' in result)) return fromItem(item);
    if (result.item?.stands_for?.S === undefined || !key) throw new Error('the id of a new item is taken');
    return result.item.body_hash?.S === hash('sha256', key.body)
      ? read(result.item.stands_for.S)
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
        // DynamoDB deletes expired items hours late, so a key that is still there may have expired.
        ConditionExpression: 'attribute_not_exists(id) OR delete_after <= :now',
        ExpressionAttributeValues: { ':now': { N: String(Math.floor(now / 1000)) } },
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
      },
    };
  }

  async function read(id: string): Promise<T | undefined> {
    const { Item } = await client.send(
      new GetItemCommand({ TableName: table, Key: { id: { S: id } }, ConsistentRead: true }),
    );
    return Item && !Item.stands_for ? fromItem(Item) : undefined;
  }

  async function list(partition: Partition, options: PageOptions) {
    const { items, last } = await newestIn(client, table, partition, options);
    return { items: items.map(fromItem), last };
  }

  async function allUnfinished(): Promise<Unfinished[]> {
    const partition = { index: 'unfinished', attribute: 'unfinished', value: unfinished };
    const found: Unfinished[] = [];
    for await (const { id, status, created_at } of queryAll(client, inPartition(table, partition)))
      found.push({ id: id?.S ?? '', status: status?.S ?? '', created_at: created_at?.S ?? '' });
    return found;
  }

  return { create, read, list, unfinished: allUnfinished };
}
