import {
  BatchWriteItemCommand,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  type Put,
  QueryCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { ContentionError, conditional, type Item } from '../../data/dynamodb/errors.ts';
import { queryAll } from '../../data/dynamodb/query.ts';
import { unchanged } from '../../data/dynamodb/unchanged.ts';
import { untilProcessed } from '../../data/dynamodb/unprocessed.ts';
import { createPlayerList, type PlayerPage } from './list.ts';
import type { Season } from './stats.ts';
import { fromItem, toItem, type Video, videoPrefix, videoRecord } from './video.ts';

/** The user that records belong to: the username, and when that user was created, so that a new user of the same name does
 * not inherit them. */
export interface Owner {
  readonly username: string;
  readonly created_at: string;
}

export interface Stats {
  readonly seasons: readonly Season[];
  readonly updated_at: string | null;
}

export interface PlayerStore {
  /** Users that have a team, a page at a time; eventually consistent. */
  list(limit: number, after: string | undefined): Promise<PlayerPage>;
  owner(username: string): Promise<Owner | undefined>;
  /** The stats, read together with their user; undefined when there is no such user. */
  readStats(username: string): Promise<Stats | undefined>;
  /** Writes only when the stats differ. @returns the stats as they are now; undefined when the user does not exist. */
  writeStats(owner: Owner, seasons: readonly Season[]): Promise<Stats | undefined>;
  /** @returns false when the user does not exist. */
  addVideo(owner: Owner, video: Video): Promise<boolean>;
  /** Newest first, those not ready included; undefined when there is no such user. */
  listVideos(
    username: string,
    limit: number,
    after: string | undefined,
  ): Promise<{ items: Video[]; last: string | undefined } | undefined>;
  markReady(username: string, id: string): Promise<void>;
  readVideo(username: string, id: string): Promise<Video | undefined>;
  deleteVideo(username: string, id: string): Promise<void>;
  /** The records under a username that belong to deleted users. */
  orphans(username: string): Promise<Orphans>;
  /** Deletes the records of orphans. Those of videos are found by the videos' ids. */
  deleteOrphans(username: string, orphans: Orphans): Promise<void>;
}

/** Records of deleted users; those of a new user of the same name are not among them. */
export interface Orphans {
  readonly videos: readonly Video[];
  /** The `owner` of the stats, if they are an orphan too. */
  readonly statsOf: string | undefined;
}

const statsRecord = 'STATS';
/** Tries of a write of stats while other writers keep changing them first. */
const maxTries = 20;
/** DynamoDB's limit for one BatchWriteItem. */
const batchSize = 25;

/** One item for a player's stats and one for each video, in a table of their own, so that users are read without them. */
export function createPlayerStore(client: DynamoDBClient, table: string, usersTable: string): PlayerStore {
  const keyOf = (username: string, record: string) => ({ username: { S: username }, record: { S: record } });

  async function owner(username: string): Promise<Owner | undefined> {
    const { Item } = await client.send(
      new GetItemCommand({
        TableName: usersTable,
        Key: { username: { S: username } },
        ConsistentRead: true,
        ProjectionExpression: 'username, created_at',
      }),
    );
    return Item && { username, created_at: Item.created_at?.S ?? '' };
  }

  async function statsItem(username: string): Promise<Item | undefined> {
    const Key = keyOf(username, statsRecord);
    return (await client.send(new GetItemCommand({ TableName: table, Key, ConsistentRead: true }))).Item;
  }

  async function readStats(username: string): Promise<Stats | undefined> {
    const [user, item] = await Promise.all([owner(username), statsItem(username)]);
    return user && statsOf(item, user);
  }

  /**
   * Puts an item of a user who is still there. DynamoDB knows a transaction by its token when it is sent again, so that
   * one whose answer was lost does not undo what others wrote since.
   */
  function putFor(
    { username, created_at }: Owner,
    put: Pick<Put, 'Item' | 'ConditionExpression' | 'ExpressionAttributeNames' | 'ExpressionAttributeValues'>,
  ) {
    const ConditionCheck = {
      TableName: usersTable,
      Key: { username: { S: username } },
      ConditionExpression: 'created_at = :created',
      ExpressionAttributeValues: { ':created': { S: created_at } },
    };
    const Put: Put = { TableName: table, ...put, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' };
    return conditional(
      client.send(new TransactWriteItemsCommand({ TransactItems: [{ ConditionCheck }, { Put }] })),
    );
  }

  /** On condition of the stats before: a write that comes late does not undo what others wrote since. */
  async function writeStats(owner: Owner, seasons: readonly Season[]): Promise<Stats | undefined> {
    const { username, created_at } = owner;
    const text = JSON.stringify(seasons);
    let before = await statsItem(username);
    for (let tries = 0; tries < maxTries; tries++) {
      if (before?.owner?.S === created_at && before.seasons?.S === text) return statsOf(before, owner);
      const updated_at = new Date().toISOString();
      const result = await putFor(owner, {
        Item: {
          ...keyOf(username, statsRecord),
          owner: { S: created_at },
          seasons: { S: text },
          updated_at: { S: updated_at },
        },
        ...unchanged(before, 'username', ['owner', 'seasons', 'updated_at']),
      });
      if (!('item' in result)) return { seasons, updated_at };
      // A failed check of the user returns no item: the user is gone.
      if (!result.item) return undefined;
      before = result.item;
    }
    throw new ContentionError(
      `stats were changed by others ${maxTries} times between our read and our write`,
    );
  }

  async function addVideo(owner: Owner, video: Video): Promise<boolean> {
    const { username, created_at } = owner;
    const result = await putFor(owner, {
      Item: toItem(username, created_at, video),
      ConditionExpression: 'attribute_not_exists(username)',
    });
    return !('item' in result);
  }

  async function queryVideos(username: string, Limit: number, after: string | undefined) {
    const { Items = [], LastEvaluatedKey } = await client.send(
      new QueryCommand({
        TableName: table,
        ConsistentRead: true,
        ScanIndexForward: false,
        KeyConditionExpression: 'username = :username AND begins_with(#record, :prefix)',
        ExpressionAttributeNames: { '#record': 'record' },
        ExpressionAttributeValues: { ':username': { S: username }, ':prefix': { S: videoPrefix } },
        Limit,
        ...(after ? { ExclusiveStartKey: keyOf(username, videoRecord(after)) } : {}),
      }),
    );
    return { items: Items, last: LastEvaluatedKey?.record?.S?.slice(videoPrefix.length) };
  }

  async function listVideos(username: string, limit: number, after: string | undefined) {
    const [user, { items, last }] = await Promise.all([owner(username), queryVideos(username, limit, after)]);
    if (!user) return undefined;
    return { items: items.filter((item) => item.owner?.S === user.created_at).map(fromItem), last };
  }

  async function markReady(username: string, id: string): Promise<void> {
    await conditional(
      client.send(
        new UpdateItemCommand({
          TableName: table,
          Key: keyOf(username, videoRecord(id)),
          UpdateExpression: 'SET ready = :true',
          // The video may have been deleted meanwhile: without this condition the update would bring back half of it.
          ConditionExpression: 'attribute_exists(username)',
          ExpressionAttributeValues: { ':true': { BOOL: true } },
        }),
      ),
    );
  }

  async function readVideo(username: string, id: string): Promise<Video | undefined> {
    const Key = keyOf(username, videoRecord(id));
    const { Item } = await client.send(new GetItemCommand({ TableName: table, Key, ConsistentRead: true }));
    return Item && fromItem(Item);
  }

  async function deleteVideo(username: string, id: string): Promise<void> {
    await client.send(new DeleteItemCommand({ TableName: table, Key: keyOf(username, videoRecord(id)) }));
  }

  async function orphans(username: string): Promise<Orphans> {
    const records: Item[] = [];
    const all = queryAll(client, {
      TableName: table,
      ConsistentRead: true,
      KeyConditionExpression: 'username = :username',
      ExpressionAttributeValues: { ':username': { S: username } },
    });
    for await (const record of all) records.push(record);
    // The user is read after the records: the owner of a record that was there by then is this user or is gone.
    const user = await owner(username);
    const dead = records.filter((item) => !user || item.owner?.S !== user.created_at);
    return {
      videos: dead.filter(({ record }) => record?.S !== statsRecord).map(fromItem),
      statsOf: dead.find(({ record }) => record?.S === statsRecord)?.owner?.S,
    };
  }

  async function deleteOrphans(username: string, { videos, statsOf }: Orphans): Promise<void> {
    const keys = videos.map(({ id }) => keyOf(username, videoRecord(id)));
    for (let from = 0; from < keys.length; from += batchSize) {
      const deletes = keys.slice(from, from + batchSize).map((Key) => ({ DeleteRequest: { Key } }));
      await untilProcessed(deletes, async (left) => {
        const RequestItems = { [table]: [...left] };
        const { UnprocessedItems } = await client.send(new BatchWriteItemCommand({ RequestItems }));
        return (UnprocessedItems?.[table] ?? []) as typeof deletes;
      });
    }
    if (statsOf === undefined) return;
    await conditional(
      client.send(
        new DeleteItemCommand({
          TableName: table,
          Key: keyOf(username, statsRecord),
          // A new user of the same name may have set their own since.
          ConditionExpression: '#owner = :owner',
          ExpressionAttributeNames: { '#owner': 'owner' },
          ExpressionAttributeValues: { ':owner': { S: statsOf } },
        }),
      ),
    );
  }

  return {
    list: createPlayerList(client, usersTable),
    owner,
    readStats,
    writeStats,
    addVideo,
    listVideos,
    markReady,
    readVideo,
    deleteVideo,
    orphans,
    deleteOrphans,
  };
}

function statsOf(item: Item | undefined, user: Owner): Stats {
  if (item?.owner?.S !== user.created_at) return { seasons: [], updated_at: null };
  return { seasons: JSON.parse(item.seasons?.S ?? '[]'), updated_at: item.updated_at?.S ?? null };
}
