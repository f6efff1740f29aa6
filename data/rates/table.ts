import {
  BatchGetItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  ScanCommand,
} from '@aws-sdk/client-dynamodb';
import type { Item } from '../dynamodb/errors.ts';
import { queryAll } from '../dynamodb/query.ts';
import { untilProcessed } from '../dynamodb/unprocessed.ts';
import { type Batch, toBatch } from './batches.ts';
import { type Build, type Draft, toBuild, toDraft } from './drafts.ts';
import {
  batchPartition,
  buildPartition,
  draftPartition,
  firstOfList,
  type Key,
  key,
  lanePartition,
  locationsPartition,
  nextBatchId,
  parseSegmentSort,
  pointerKey,
  retiredPartition,
  reversalId,
  segmentRange,
  unknownPartition,
} from './items.ts';
import { toLocations } from './locations.ts';
import { type Pointer, toPointer } from './pointer.ts';
import { createTree, type Location, type Tree, type TreeSource } from './tree.ts';

/** A batch's prices of a lane in a month. */
export interface Segment {
  readonly batch: string;
  /** `YYYY-MM` */
  readonly month: string;
  /** The days' prices as `encodeDays` writes them. */
  readonly prices: string;
}

export interface Lane {
  readonly orig: string;
  readonly dest: string;
  /** Undefined for a lane between two ports. */
  readonly tree: string | undefined;
}

/** The reads of the table `rates`, all of them strongly consistent. */
export interface RatesTable {
  pointer(): Promise<Pointer>;
  /** The locations of a file of ports or of regions; empty when `content` is undefined. */
  locations(content: string | undefined): Promise<Location[]>;
  /** Whether a list of locations may be named in the pointer: it is there, and no sweep is about to remove it. */
  isListInUse(content: string): Promise<boolean>;
  tree(source: TreeSource): Promise<Tree>;
  /** The committed batches among the ids. */
  batches(ids: readonly string[]): Promise<Batch[]>;
  /** The same, with no more than readers need: many of them fit in one answer. */
  commits(ids: readonly string[]): Promise<Pick<Batch, 'id' | 'batch' | 'revision'>[]>;
  /** Every committed batch. */
  allBatches(): AsyncGenerator<Batch>;
  /** The batch of a content that counts, and the id of the content's next commit. */
  commitOf(content: string): Promise<{ readonly live: Batch | undefined; readonly nextId: string }>;
  draft(ingest: string): Promise<Draft | undefined>;
  drafts(): Promise<Draft[]>;
  build(tree: string): Promise<Build | undefined>;
  builds(): Promise<Build[]>;
  /** Trees that no new reader reads, and since when; milliseconds. */
  retired(): Promise<Map<string, number>>;
  /** Names of batches of unknown origin, and since when they are known; milliseconds. */
  unknown(): Promise<Map<string, number>>;
  /** Every item of the table. */
  scan(projection: string): AsyncGenerator<Item>;
  /** The lane's segments, committed or not, of all months or of those from one day's to another's. */
  segments(lane: Lane, days?: { readonly from: string; readonly to: string }): AsyncGenerator<Segment>;
}

/** DynamoDB's limit for one BatchGetItem. */
const readAtOnce = 100;

export function createRatesTable(client: DynamoDBClient, table: string): RatesTable {
  const partition = (pk: string) =>
    queryAll(client, {
      TableName: table,
      ConsistentRead: true,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': { S: pk } },
    });

  async function pointer(): Promise<Pointer> {
    const { Item } = await client.send(
      new GetItemCommand({ TableName: table, Key: pointerKey, ConsistentRead: true }),
    );
    return toPointer(Item);
  }

  async function locations(content: string | undefined): Promise<Location[]> {
    const found: Location[] = [];
    if (content === undefined) return found;
    for await (const item of partition(locationsPartition(content))) found.push(...toLocations(item));
    return found;
  }

  async function tree(source: TreeSource): Promise<Tree> {
    const [regions, ports] = await Promise.all([locations(source.regions), locations(source.ports)]);
    return createTree(source.id, regions, ports);
  }

  async function batchItems(ids: readonly string[], projection: object = {}): Promise<Item[]> {
    const chunks = Array.from({ length: Math.ceil(ids.length / readAtOnce) }, (_, i) =>
      ids.slice(i * readAtOnce, (i + 1) * readAtOnce),
    );
    return (await Promise.all(chunks.map((chunk) => readChunk(chunk, projection)))).flat();
  }

  async function readChunk(ids: readonly string[], projection: object): Promise<Item[]> {
    const found: Item[] = [];
    await untilProcessed(
      ids.map((id): Item => key(batchPartition, id)),
      async (left) => {
        const RequestItems = { [table]: { Keys: [...left], ConsistentRead: true, ...projection } };
        const { Responses, UnprocessedKeys } = await client.send(new BatchGetItemCommand({ RequestItems }));
        found.push(...(Responses?.[table] ?? []));
        return UnprocessedKeys?.[table]?.Keys ?? [];
      },
    );
    return found;
  }

  const batches = async (ids: readonly string[]) => (await batchItems(ids)).map(toBatch);

  async function commits(ids: readonly string[]) {
    const items = await batchItems(ids, {
      ProjectionExpression: 'sk, #batch, #revision',
      ExpressionAttributeNames: { '#batch': 'batch', '#revision': 'revision' },
    });
    return items.map(toBatch).map(({ id, batch, revision }) => ({ id, batch, revision }));
  }

  async function* allBatches(): AsyncGenerator<Batch> {
    for await (const item of partition(batchPartition)) yield toBatch(item);
  }

  async function commitOf(content: string): Promise<{ live: Batch | undefined; nextId: string }> {
    for (let id = content; ; ) {
      const [batch] = await batches([id]);
      const nextId = batch ? nextBatchId(reversalId(id)) : id;
      if (!batch?.reversedBy) return { live: batch, nextId };
      id = nextId;
    }
  }

  async function get<T>(Key: Key, read: (item: Item) => T): Promise<T | undefined> {
    const { Item } = await client.send(new GetItemCommand({ TableName: table, Key, ConsistentRead: true }));
    return Item && read(Item);
  }

  async function all<T>(pk: string, read: (item: Item) => T): Promise<T[]> {
    const found: T[] = [];
    for await (const item of partition(pk)) found.push(read(item));
    return found;
  }

  const times = async (pk: string) =>
    new Map(await all(pk, ({ sk, at }): [string, number] => [sk?.S ?? '', Number(at?.N ?? 0)]));

  async function* scan(ProjectionExpression: string): AsyncGenerator<Item> {
    let ExclusiveStartKey: Item | undefined;
    do {
      const page = await client.send(
        new ScanCommand({
          TableName: table,
          ConsistentRead: true,
          ProjectionExpression,
          ...(ExclusiveStartKey ? { ExclusiveStartKey } : {}),
        }),
      );
      yield* page.Items ?? [];
      ExclusiveStartKey = page.LastEvaluatedKey;
    } while (ExclusiveStartKey);
  }

  async function* segments({ orig, dest, tree }: Lane, days?: { from: string; to: string }) {
    const [first, last] = segmentRange(days?.from, days?.to);
    const found = queryAll(client, {
      TableName: table,
      ConsistentRead: true,
      KeyConditionExpression: 'pk = :lane AND sk BETWEEN :first AND :last',
      ProjectionExpression: 'sk, prices',
      ExpressionAttributeValues: {
        ':lane': { S: lanePartition(orig, dest, tree) },
        ':first': { S: first },
        ':last': { S: last },
      },
    });
    for await (const { sk, prices } of found)
      yield { ...parseSegmentSort(sk?.S ?? ''), prices: prices?.S ?? '' };
  }

  return {
    pointer,
    locations,
    isListInUse: async (content) =>
      (await get(firstOfList(content), ({ unused_since }) => unused_since === undefined)) ?? false,
    tree,
    batches,
    commits,
    allBatches,
    commitOf,
    draft: (ingest) => get(key(draftPartition, ingest), toDraft),
    drafts: () => all(draftPartition, toDraft),
    build: (id) => get(key(buildPartition, id), toBuild),
    builds: () => all(buildPartition, toBuild),
    retired: () => times(retiredPartition),
    unknown: () => times(unknownPartition),
    scan,
    segments,
  };
}
