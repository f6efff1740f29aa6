import type { Item } from '../dynamodb/errors.ts';
import { key, placesPartition } from './items.ts';
import type { Place } from './tree.ts';

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

export function toPlaces(item: Item): Place[] {
  const rows = JSON.parse(item.places?.S ?? '[]') as [string, string, string | null][];
  return rows.map(([id, name, parent]) => ({ id, name, parent: parent ?? undefined }));
}
