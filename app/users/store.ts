import { randomUUID } from 'node:crypto';
import {
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  ScanCommand,
  type TransactWriteItem,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { ContentionError, conditional, type FailedCondition, type Item } from '../dynamodb/errors.ts';
import { type IfMatch, matches } from '../etag.ts';
import { streamLimitUpdate } from '../streams/limit.ts';
import { fromItem, toItem, type User, type UserFields, type UserSummary } from './item.ts';
import { maxProperties } from './schema.ts';

export interface UserStore {
  /** @returns undefined when the username is taken. */
  create(username: string, fields: UserFields): Promise<User | undefined>;
  read(username: string): Promise<User | undefined>;
  list(limit: number, after: string | undefined): Promise<{ items: UserSummary[]; last: string | undefined }>;
  /** Applies `change` to the user as it is; repeated until no other writer came between. */
  update(
    username: string,
    ifMatch: IfMatch,
    change: (user: UserFields) => UserFields,
  ): Promise<User | 'missing' | 'stale'>;
  delete(username: string, ifMatch: IfMatch): Promise<'deleted' | 'stale'>;
  /** Touches this one property only, so that writers of other keys are never undone. `text` is JSON. */
  setProperty(
    username: string,
    key: string,
    text: string,
  ): Promise<'created' | 'replaced' | 'missing' | 'full'>;
  deleteProperty(username: string, key: string): Promise<void>;
}

/** How often a change is tried anew when another writer keeps coming between; each try is a read and a write. */
const maxTries = 20;

/**
 * Every write stamps the item with a new `revision`. It is the ETag, and it tells a retry whose first answer was lost
 * that the write it finds is its own.
 */
export function createUserStore(client: DynamoDBClient, table: string, streamsTable: string): UserStore {
  const keyOf = (username: string) => ({ username: { S: username } });

  /** Writes a user, and with it the copy of the limit that the stream limiter decides by, when that changes. */
  async function put(user: User, before: User | undefined): Promise<User | FailedCondition> {
    const write = {
      TableName: table,
      Item: toItem(user),
      ...(before
        ? {
            ConditionExpression: 'revision = :before',
            ExpressionAttributeValues: { ':before': { S: before.revision } },
          }
        : { ConditionExpression: 'attribute_not_exists(username)' }),
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
    };
    const result = await conditional<unknown>(
      user.stream_limit === before?.stream_limit
        ? client.send(new PutItemCommand(write))
        : transact([
            { Put: write },
            { Update: streamLimitUpdate(streamsTable, user.username, user.stream_limit) },
          ]),
    );
    const failed = failure(result);
    return failed && failed.item?.revision?.S !== user.revision ? failed : user;
  }

  const transact = (items: TransactWriteItem[]) =>
    client.send(new TransactWriteItemsCommand({ TransactItems: items }));

  async function create(username: string, fields: UserFields): Promise<User | undefined> {
    const now = new Date().toISOString();
    const written = await put(
      { ...fields, username, created_at: now, updated_at: now, revision: randomUUID() },
      undefined,
    );
    return failure(written) ? undefined : (written as User);
  }

  async function read(username: string): Promise<User | undefined> {
    const { Item } = await client.send(
      new GetItemCommand({ TableName: table, Key: keyOf(username), ConsistentRead: true }),
    );
    return Item && fromItem(Item);
  }

  async function list(limit: number, after: string | undefined) {
    const { Items = [], LastEvaluatedKey } = await client.send(
      new ScanCommand({
        TableName: table,
        Limit: limit,
        ConsistentRead: true,
        ProjectionExpression: 'username, #name, email, stream_limit, created_at, updated_at, revision',
        ExpressionAttributeNames: { '#name': 'name' },
        ...(after ? { ExclusiveStartKey: keyOf(after) } : {}),
      }),
    );
    return { items: Items.map(fromItem), last: LastEvaluatedKey?.username?.S };
  }

  async function update(username: string, ifMatch: IfMatch, change: (user: UserFields) => UserFields) {
    for (let attempt = 0; attempt < maxTries; attempt++) {
      const before = await read(username);
      if (!before) return 'missing';
      if (!matches(ifMatch, before.revision)) return 'stale';
      const { created_at } = before;
      const updated_at = new Date().toISOString();
      const user = { ...change(before), username, created_at, updated_at, revision: randomUUID() };
      const written = await put(user, before);
      if (!failure(written)) return written as User;
    }
    throw new ContentionError(
      `a user was changed by others ${maxTries} times between our read and our write`,
    );
  }

  async function remove(username: string, ifMatch: IfMatch): Promise<'deleted' | 'stale'> {
    for (let attempt = 0; attempt < maxTries; attempt++) {
      const before = await read(username);
      if (!before) return ifMatch === undefined ? 'deleted' : 'stale';
      if (!matches(ifMatch, before.revision)) return 'stale';
      const result = await conditional<unknown>(
        transact([
          {
            Delete: {
              TableName: table,
              Key: keyOf(username),
              ConditionExpression: 'revision = :before',
              ExpressionAttributeValues: { ':before': { S: before.revision } },
            },
          },
          { Update: streamLimitUpdate(streamsTable, username, undefined) },
        ]),
      );
      if (!failure(result)) return 'deleted';
    }
    throw new ContentionError(
      `a user was changed by others ${maxTries} times between our read and our delete`,
    );
  }

  async function setProperty(username: string, key: string, text: string) {
    const result = await conditional(
      client.send(
        new UpdateItemCommand({
          TableName: table,
          Key: keyOf(username),
          UpdateExpression: 'SET properties.#key = :text, updated_at = :now, revision = :revision',
          ConditionExpression:
            'attribute_exists(username) AND (attribute_exists(properties.#key) OR size(properties) < :max)',
          ExpressionAttributeNames: { '#key': key },
          ExpressionAttributeValues: {
            ':text': { S: text },
            ':max': { N: String(maxProperties) },
            ...stamp(),
          },
          ReturnValues: 'UPDATED_OLD',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      ),
    );
    const failed = failure(result);
    if (failed) return failed.item ? 'full' : 'missing';
    const old = (result as { Attributes?: Item }).Attributes;
    return old?.properties?.M?.[key] ? 'replaced' : 'created';
  }

  async function deleteProperty(username: string, key: string): Promise<void> {
    await conditional(
      client.send(
        new UpdateItemCommand({
          TableName: table,
          Key: keyOf(username),
          UpdateExpression: 'REMOVE properties.#key SET updated_at = :now, revision = :revision',
          ConditionExpression: 'attribute_exists(properties.#key)',
          ExpressionAttributeNames: { '#key': key },
          ExpressionAttributeValues: stamp(),
        }),
      ),
    );
  }

  return { create, read, list, update, delete: remove, setProperty, deleteProperty };
}

function stamp(): Item {
  return { ':now': { S: new Date().toISOString() }, ':revision': { S: randomUUID() } };
}

function failure(result: unknown): FailedCondition | undefined {
  return typeof result === 'object' && result !== null && 'item' in result
    ? (result as FailedCondition)
    : undefined;
}
