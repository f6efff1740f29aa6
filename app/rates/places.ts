import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Item } from '../dynamodb/errors.ts';
import { key, placesPartition } from './items.ts';
import { queryPartition } from './query.ts';
import { createTree, type Place, type Tree, type TreeSource } from './tree.ts';

/** Places in one item: at most 200 bytes each, of the 400 KB that an item may have. */
const chunkSize = 1000;

/** The ports or regions of a file, as items. */
export function* placeItems(content: string, places: readonly Place[]): Generator<Item> {
  for (let from = 0; from < places.length; from += chunkSize) {
    const chunk = places
      .slice(from, from + chunkSize)
      .map(({ id, name, parent }) => [id, name, parent ?? null]);
    const number = String(from / chunkSize + 1).padStart(5, '0');
    yield { ...key(placesPartition(content), number), places: { S: JSON.stringify(chunk) } };
  }
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
