import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Item } from '../dynamodb/errors.ts';
import { key, placesPartition } from './items.ts';
import { queryPartition } from './query.ts';
import { createTree, type Place, type Tree, type TreeSource } from './tree.ts';

/** What an item may have in DynamoDB: the names and values of its attributes, in bytes of UTF-8. */
const maxItemBytes = 400 * 1024;
const maxPlaces = 1000;

/**
 * The ports or regions of a file, as items of up to 1,000 places, of fewer where long names fill an item before. Another
 * cut would rewrite the items of active places while they are read.
 */
export function* placeItems(content: string, places: readonly Place[]): Generator<Item> {
  let rows: string[] = [];
  let number = 1;
  const item = (): Item => ({
    ...key(placesPartition(content), String(number).padStart(5, '0')),
    places: { S: `[${rows.join(',')}]` },
  });
  // The first has no comma.
  const empty = itemBytes(item()) - 1;
  let bytes = empty;
  for (const { id, name, parent } of places) {
    const row = JSON.stringify([id, name, parent ?? null]);
    // With the comma before it.
    const more = Buffer.byteLength(row) + 1;
    if (rows.length === maxPlaces || bytes + more > maxItemBytes) {
      yield item();
      number++;
      rows = [];
      bytes = empty;
    }
    bytes += more;
    rows.push(row);
  }
  if (rows.length > 0) yield item();
}

function itemBytes(item: Item): number {
  return Object.entries(item).reduce((sum, [name, { S = '' }]) => sum + Buffer.byteLength(name + S), 0);
}

export async function readPlaces(
  client: DynamoDBClient,
  table: string,
  content: string | undefined,
): Promise<Place[]> {
  const places: Place[] = [];
  if (content === undefined) return places;
  for await (const item of queryPartition(client, table, placesPartition(content))) {
    const chunk = JSON.parse(item.places?.S ?? '[]') as [string, string, string | null][];
    for (const [id, name, parent] of chunk) places.push({ id, name, parent: parent ?? undefined });
  }
  return places;
}

export async function readTree(client: DynamoDBClient, table: string, source: TreeSource): Promise<Tree> {
  const [regions, ports] = await Promise.all([
    readPlaces(client, table, source.regions),
    readPlaces(client, table, source.ports),
  ]);
  return createTree(source.id, regions, ports);
}
