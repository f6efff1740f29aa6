import type { Item } from '../dynamodb/errors.ts';
import { key, locationsPartition } from './items.ts';
import type { Location } from './tree.ts';

/** DynamoDB's limit for an item: the names and values of its attributes, in bytes of UTF-8. */
const maxItemBytes = 400 * 1024;
const maxLocations = 1000;

/**
 * The locations of a file, as items of up to 1,000 each; of fewer where long names fill an item before that. These limits
 * must stay: a file that is ingested again rewrites its items, maybe while they are read, so they must come out the same.
 */
export function* locationItems(content: string, locations: readonly Location[]): Generator<Item> {
  let rows: string[] = [];
  let number = 1;
  const item = (): Item => ({
    ...key(locationsPartition(content), String(number).padStart(5, '0')),
    places: { S: `[${rows.join(',')}]` },
  });
  // The first row has no comma before it.
  const empty = itemBytes(item()) - 1;
  let bytes = empty;
  for (const { id, name, parent } of locations) {
    const row = JSON.stringify([id, name, parent ?? null]);
    // The comma before the row counts too.
    const more = Buffer.byteLength(row) + 1;
    if (rows.length === maxLocations || bytes + more > maxItemBytes) {
      yield item();
      number++;
      rows = [];
      bytes = empty;
    }
    bytes += more;
    rows.push(row);
  }
  // An empty list has an item too, by which it is known to be there.
  if (rows.length > 0 || number === 1) yield item();
}

function itemBytes(item: Item): number {
  return Object.entries(item).reduce((sum, [name, { S = '' }]) => sum + Buffer.byteLength(name + S), 0);
}

export function toLocations(item: Item): Location[] {
  const rows = JSON.parse(item.places?.S ?? '[]') as [string, string, string | null][];
  return rows.map(([id, name, parent]) => ({ id, name, parent: parent ?? undefined }));
}
