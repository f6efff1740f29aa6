import { BatchGetItemCommand, type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import type { Item } from '../dynamodb/errors.ts';
import { queryAll } from '../dynamodb/query.ts';
import { untilProcessed } from '../dynamodb/unprocessed.ts';
import { type Batch, toBatch } from './batches.ts';
import {
  batchPartition,
  key,
  lanePartition,
  locationsPartition,
  parseSegmentSort,
  pointerKey,
  rebuiltPartition,
  segmentRange,
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
  tree(source: TreeSource): Promise<Tree>;
  /** The committed batches among the contents. */
  batches(contents: readonly string[]): Promise<Batch[]>;
  /** Every committed file of prices. */
  allBatches(): AsyncGenerator<Batch>;
  /** Contents of the batches that were written already into a tree being built. */
  rebuilt(tree: string): Promise<Set<string>>;
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

  async function batches(contents: readonly string[]): Promise<Batch[]> {
    const chunks = Array.from({ length: Math.ceil(contents.length / readAtOnce) }, (_, i) =>
      contents.slice(i * readAtOnce, (i + 1) * readAtOnce),
    );
    return (await Promise.all(chunks.map(readChunk))).flat();
  }

  async function readChunk(contents: readonly string[]): Promise<Batch[]> {
    const found: Batch[] = [];
    await untilProcessed(
      contents.map((content): Item => key(batchPartition, content)),
      async (left) => {
        const RequestItems = { [table]: { Keys: [...left], ConsistentRead: true } };
        const { Responses, UnprocessedKeys } = await client.send(new BatchGetItemCommand({ RequestItems }));
        found.push(...(Responses?.[table] ?? []).map(toBatch));
        return UnprocessedKeys?.[table]?.Keys ?? [];
      },
    );
    return found;
  }

  async function* allBatches(): AsyncGenerator<Batch> {
    for await (const item of partition(batchPartition)) yield toBatch(item);
  }

  async function rebuilt(tree: string): Promise<Set<string>> {
    const contents = new Set<string>();
    for await (const { sk } of partition(rebuiltPartition(tree))) contents.add(sk?.S ?? '');
    return contents;
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

  return { pointer, locations, tree, batches, allBatches, rebuilt, segments };
}
