import {
  BatchWriteItemCommand,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { conditional, type Item } from '../dynamodb/errors.ts';
import { type Player, publicProperties, toPlayer } from './player.ts';
import type { Season } from './stats.ts';
import { fromItem, toItem, type Video, videoPrefix, videoRecord } from './video.ts';

/** Whose records: the username, and when that user was created, so that nobody inherits from an earlier namesake. */
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
  list(limit: number, after: string | undefined): Promise<{ items: Player[]; last: string | undefined }>;
  owner(username: string): Promise<Owner | undefined>;
  /** The stats with their owner's user, read at the same time; undefined when there is no such user. */
  readStats(username: string): Promise<Stats | undefined>;
  /** Writes only what differs. @returns the stats as they are now. */
  writeStats(owner: Owner, seasons: readonly Season[]): Promise<Stats>;
  addVideo(owner: Owner, video: Video): Promise<void>;
  /** Newest first, those not ready included; undefined when there is no such user. */
  listVideos(
    username: string,
    limit: number,
    after: string | undefined,
  ): Promise<{ items: Video[]; last: string | undefined } | undefined>;
  markReady(username: string, id: string): Promise<void>;
  /** @returns the video that was there. */
  deleteVideo(username: string, id: string): Promise<Video | undefined>;
  /** Every video under a username, whoever had it. */
  allVideos(username: string): Promise<Video[]>;
  /** Deletes the stats and these videos. */
  forget(username: string, videos: readonly Video[]): Promise<void>;
}

const statsRecord = 'STATS';
/** DynamoDB's limit for one BatchWriteItem. */
const batchSize = 25;

/** One item for a player's stats and one a video, in a table of their own: users are read without them. */
export function createPlayerStore(client: DynamoDBClient, table: string, usersTable: string): PlayerStore {
  const keyOf = (username: string, record: string) => ({ username: { S: username }, record: { S: record } });

  async function list(limit: number, after: string | undefined) {
    const properties = publicProperties.map((_, i) => `properties.#p${i}`);
    const { Items = [], LastEvaluatedKey } = await client.send(
      new ScanCommand({
        TableName: usersTable,
        Limit: limit,
        FilterExpression: `attribute_exists(${properties[publicProperties.indexOf('team')]})`,
        ProjectionExpression: ['username', '#name', ...properties].join(', '),
        ExpressionAttributeNames: {
          '#name': 'name',
          ...Object.fromEntries(publicProperties.map((key, i) => [`#p${i}`, key])),
        },
        ...(after ? { ExclusiveStartKey: { username: { S: after } } } : {}),
      }),
    );
    return { items: Items.map(publicPart), last: LastEvaluatedKey?.username?.S };
  }

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

  async function readStats(username: string): Promise<Stats | undefined> {
    const [user, { Item }] = await Promise.all([
      owner(username),
      client.send(
        new GetItemCommand({ TableName: table, Key: keyOf(username, statsRecord), ConsistentRead: true }),
      ),
    ]);
    return user && statsOf(Item, user);
  }

  async function writeStats({ username, created_at }: Owner, seasons: readonly Season[]): Promise<Stats> {
    const updated_at = new Date().toISOString();
    const text = JSON.stringify(seasons);
    const result = await conditional(
      client.send(
        new PutItemCommand({
          TableName: table,
          Item: {
            ...keyOf(username, statsRecord),
            owner: { S: created_at },
            seasons: { S: text },
            updated_at: { S: updated_at },
          },
          ConditionExpression: 'attribute_not_exists(username) OR seasons <> :seasons OR #owner <> :owner',
          ExpressionAttributeNames: { '#owner': 'owner' },
          ExpressionAttributeValues: { ':seasons': { S: text }, ':owner': { S: created_at } },
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      ),
    );
    return { seasons, updated_at: ('item' in result && result.item?.updated_at?.S) || updated_at };
  }

  async function addVideo({ username, created_at }: Owner, video: Video): Promise<void> {
    await client.send(new PutItemCommand({ TableName: table, Item: toItem(username, created_at, video) }));
  }

  async function queryVideos(username: string, page: { Limit?: number; after?: string | undefined }) {
    const { Items = [], LastEvaluatedKey } = await client.send(
      new QueryCommand({
        TableName: table,
        ConsistentRead: true,
        ScanIndexForward: false,
        KeyConditionExpression: 'username = :username AND begins_with(#record, :prefix)',
        ExpressionAttributeNames: { '#record': 'record' },
        ExpressionAttributeValues: { ':username': { S: username }, ':prefix': { S: videoPrefix } },
        ...(page.Limit ? { Limit: page.Limit } : {}),
        ...(page.after ? { ExclusiveStartKey: keyOf(username, videoRecord(page.after)) } : {}),
      }),
    );
    return { items: Items, last: LastEvaluatedKey?.record?.S?.slice(videoPrefix.length) };
  }

  async function listVideos(username: string, limit: number, after: string | undefined) {
    const [user, { items, last }] = await Promise.all([
      owner(username),
      queryVideos(username, { Limit: limit, after }),
    ]);
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
          // Deleted meanwhile: an update alone would bring back half of it.
          ConditionExpression: 'attribute_exists(username)',
          ExpressionAttributeValues: { ':true': { BOOL: true } },
        }),
      ),
    );
  }

  async function deleteVideo(username: string, id: string): Promise<Video | undefined> {
    const { Attributes } = await client.send(
      new DeleteItemCommand({
        TableName: table,
        Key: keyOf(username, videoRecord(id)),
        ReturnValues: 'ALL_OLD',
      }),
    );
    return Attributes && fromItem(Attributes);
  }

  async function allVideos(username: string): Promise<Video[]> {
    const videos: Video[] = [];
    let after: string | undefined;
    do {
      const { items, last } = await queryVideos(username, { after });
      videos.push(...items.map(fromItem));
      after = last;
    } while (after);
    return videos;
  }

  async function forget(username: string, videos: readonly Video[]): Promise<void> {
    let left = [statsRecord, ...videos.map(({ id }) => videoRecord(id))];
    while (left.length > 0) {
      const deletes = left
        .slice(0, batchSize)
        .map((record) => ({ DeleteRequest: { Key: keyOf(username, record) } }));
      const { UnprocessedItems } = await client.send(
        new BatchWriteItemCommand({ RequestItems: { [table]: deletes } }),
      );
      const unprocessed = (UnprocessedItems?.[table] ?? []).map(
        ({ DeleteRequest }) => DeleteRequest?.Key?.record?.S as string,
      );
      left = [...unprocessed, ...left.slice(batchSize)];
    }
  }

  return {
    list,
    owner,
    readStats,
    writeStats,
    addVideo,
    listVideos,
    markReady,
    deleteVideo,
    allVideos,
    forget,
  };
}

function publicPart(item: Item): Player {
  const properties = Object.entries(item.properties?.M ?? {}).map(([key, { S }]) => [key, S ?? 'null']);
  return toPlayer({
    username: item.username?.S ?? '',
    name: item.name?.S,
    properties: Object.fromEntries(properties),
  });
}

function statsOf(item: Item | undefined, user: Owner): Stats {
  if (item?.owner?.S !== user.created_at) return { seasons: [], updated_at: null };
  return { seasons: JSON.parse(item.seasons?.S ?? '[]'), updated_at: item.updated_at?.S ?? null };
}
