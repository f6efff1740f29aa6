import { randomUUID } from 'node:crypto';
import {
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  ScanCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { ContentionError, conditional, type FailedCondition, type Item } from '../../data/dynamodb/errors.ts';
import { type IfMatch, matches } from '../etag.ts';
import { streamLimitUpdate } from '../streams/limit.ts';
import {
  fromItem,
  toItem,
  toWrites,
  type User,
  type UserFields,
  type UserSummary,
  writesOf,
} from './item.ts';
import { publicCopy } from './public-copy.ts';
import { maxProperties } from './schema.ts';

export interface UserStore {
  /** @returns undefined when the username is taken. */
  create(username: string, fields: UserFields): Promise<User | undefined>;
  read(username: string): Promise<User | undefined>;
  list(limit: number, after: string | undefined): Promise<{ items: UserSummary[]; last: string | undefined }>;
  /** Applies `change` to the current user; calls it again when another writer changed the user first. */
  update(
    username: string,
    ifMatch: IfMatch,
    change: (user: UserFields) => UserFields,
  ): Promise<User | 'missing' | 'stale'>;
  /** A user who does not exist counts as deleted, whatever `ifMatch` says, so that a deletion may be repeated. */
  delete(username: string, ifMatch: IfMatch): Promise<'deleted' | 'stale'>;
  /** Touches this one property only, so that writers of other keys are never undone. `text` is JSON. */
  setProperty(
    username: string,
    key: string,
    text: string,
  ): Promise<'created' | 'replaced' | 'missing' | 'full'>;
  deleteProperty(username: string, key: string): Promise<void>;
}

/** Tries of a change while other writers keep changing the user first; each further try is one write. */
const maxTries = 50;
/** How many revisions back a write finds itself when its answer was lost. Its retries take seconds. */
const rememberedWrites = 50;

/** A write, and the answer when it succeeds; without a write, the answer at once. */
interface Decision<T> {
  readonly write?: () => Promise<unknown>;
  readonly answer: T;
}

/**
 * Every write makes a new `revision`, which is the ETag, on condition of the one before. `writes` holds the latest
 * revisions, the current one first: a write that is repeated because its answer was lost finds itself there, and does not
 * undo what others wrote meanwhile.
 */
export function createUserStore(client: DynamoDBClient, table: string, streamsTable: string): UserStore {
  const keyOf = (username: string) => ({ username: { S: username } });

  async function readItem(username: string) {
    const { Item } = await client.send(
      new GetItemCommand({ TableName: table, Key: keyOf(username), ConsistentRead: true }),
    );
    return Item;
  }

  /** Makes one change to a user. `decide` gets the user as the last read or failed condition saw it, and is called again
   * when another writer came first. */
  async function change<T>(
    username: string,
    decide: (before: User | undefined, revision: string, writes: readonly string[]) => Decision<T>,
  ): Promise<T> {
    const revision = randomUUID();
    let item = await readItem(username);
    for (let tries = 0; tries < maxTries; tries++) {
      const before = item && fromItem(item);
      const writes = [revision, ...(item ? writesOf(item) : [])].slice(0, rememberedWrites);
      const { write, answer } = decide(before, revision, writes);
      if (!write) return answer;
      const result = await conditional(write());
      if (!isFailure(result)) return answer;
      item = result.item;
      const since = item ? writesOf(item) : undefined;
      if (since?.includes(revision)) return answer;
      // More writes came since than are remembered. This one may be among them, and a repeat would undo the others.
      if (since && before && !since.includes(before.revision)) break;
    }
    throw new ContentionError('the user is being changed by too many at once');
  }

  async function create(username: string, fields: UserFields): Promise<User | undefined> {
    const now = new Date().toISOString();
    const revision = randomUUID();
    const user = { ...fields, username, created_at: now, updated_at: now, revision };
    // A transaction even for one item: DynamoDB knows it by its token when it is sent again, so that a user who was
    // deleted between two tries does not come back.
    const result = await conditional(
      client.send(
        new TransactWriteItemsCommand({
          TransactItems: [
            {
              Put: {
                TableName: table,
                Item: toItem(user, [revision]),
                ConditionExpression: 'attribute_not_exists(username)',
                ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
              },
            },
            ...(user.stream_limit === undefined ? [] : [limitUpdate(username, user.stream_limit)]),
          ],
        }),
      ),
    );
    if (!isFailure(result)) return user;
    return result.item && writesOf(result.item).includes(revision) ? user : undefined;
  }

  const limitUpdate = (username: string, limit: number | undefined) => ({
    Update: streamLimitUpdate(streamsTable, username, limit),
  });

  async function read(username: string): Promise<User | undefined> {
    const item = await readItem(username);
    return item && fromItem(item);
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

  const update: UserStore['update'] = (username, ifMatch, apply) =>
    change<User | 'missing' | 'stale'>(username, (before, revision, writes) => {
      if (!before) return { answer: 'missing' };
      if (!matches(ifMatch, before.revision)) return { answer: 'stale' };
      const { created_at } = before;
      const user = { ...apply(before), username, created_at, updated_at: now(), revision };
      const put = { TableName: table, Item: toItem(user, writes), ...stillAt(before) };
      // The stream limiter decides by a copy of the limit, which must change in the same transaction.
      const write = () =>
        user.stream_limit === before.stream_limit
          ? client.send(new PutItemCommand(put))
          : client.send(
              new TransactWriteItemsCommand({
                TransactItems: [{ Put: put }, limitUpdate(username, user.stream_limit)],
              }),
            );
      return { write, answer: user };
    });

  const remove: UserStore['delete'] = (username, ifMatch) =>
    change<'deleted' | 'stale'>(username, (before) => {
      if (!before) return { answer: 'deleted' };
      if (!matches(ifMatch, before.revision)) return { answer: 'stale' };
      const Delete = { TableName: table, Key: keyOf(username), ...stillAt(before) };
      const TransactItems = [{ Delete }, limitUpdate(username, undefined)];
      return {
        write: () => client.send(new TransactWriteItemsCommand({ TransactItems })),
        answer: 'deleted',
      };
    });

  const setProperty: UserStore['setProperty'] = (username, key, text) =>
    change<'created' | 'replaced' | 'missing' | 'full'>(username, (before, revision, writes) => {
      if (!before) return { answer: 'missing' };
      const isNew = !Object.hasOwn(before.properties, key);
      if (isNew && Object.keys(before.properties).length >= maxProperties) return { answer: 'full' };
      const write = () =>
        updateProperty(before, key, `SET properties.#key = :text, ${stamp}`, {
          ':text': { S: text },
          ...stampValues({ ...before, properties: { ...before.properties, [key]: text } }, revision, writes),
        });
      return { write, answer: isNew ? 'created' : 'replaced' };
    });

  const deleteProperty: UserStore['deleteProperty'] = (username, key) =>
    change<void>(username, (before, revision, writes) => {
      if (!before || !Object.hasOwn(before.properties, key)) return { answer: undefined };
      const { [key]: _, ...properties } = before.properties;
      const values = stampValues({ ...before, properties }, revision, writes);
      const write = () => updateProperty(before, key, `REMOVE properties.#key SET ${stamp}`, values);
      return { write, answer: undefined };
    });

  /** Writes this one property only: the others, up to 320 KiB, are not sent. */
  function updateProperty(
    before: User,
    key: string,
    UpdateExpression: string,
    values: Item,
  ): Promise<unknown> {
    const { ExpressionAttributeValues, ...condition } = stillAt(before);
    return client.send(
      new UpdateItemCommand({
        TableName: table,
        Key: keyOf(before.username),
        UpdateExpression,
        ...condition,
        ExpressionAttributeNames: { '#key': key, '#public': 'public' },
        ExpressionAttributeValues: { ...ExpressionAttributeValues, ...values },
      }),
    );
  }

  return { create, read, list, update, delete: remove, setProperty, deleteProperty };
}

const now = () => new Date().toISOString();

/** The condition that the user is still as it was read. */
function stillAt({ revision }: User) {
  return {
    ConditionExpression: 'revision = :before',
    ExpressionAttributeValues: { ':before': { S: revision } },
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
  };
}

const stamp = 'updated_at = :now, revision = :revision, writes = :writes, #public = :public';

/** @param after the user as the write leaves it */
function stampValues(after: User, revision: string, writes: readonly string[]): Item {
  return {
    ':now': { S: now() },
    ':revision': { S: revision },
    ':writes': toWrites(writes),
    ':public': publicCopy(after, revision),
  };
}

function isFailure(result: unknown): result is FailedCondition {
  return typeof result === 'object' && result !== null && 'item' in result;
}
