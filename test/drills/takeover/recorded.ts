import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';
import { BatchWriteItemCommand, paginateScan } from '@aws-sdk/client-dynamodb';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { type TableName, tableNames } from '../../../contract/tables.ts';
import type { Item } from '../../../data/dynamodb/errors.ts';
import { physicalName } from '../../../local/aws/tables.ts';
import type { World } from '../../support/ingest-jobs.ts';
import type { Answer } from './data.ts';
import type { Stored } from './files.ts';

/** All that an earlier release has stored, and what it answered then. */
export interface Recorded {
  readonly release: string;
  readonly items: Readonly<Record<string, readonly Item[]>>;
  readonly files: Stored['files'];
  readonly answers: readonly Answer[];
}

const path = fileURLToPath(new URL('recorded-80d40d3.json.gz', import.meta.url));
const itemsInBatch = 25;

export async function record(world: World, rest: Omit<Recorded, 'items'>): Promise<void> {
  const items: Record<string, Item[]> = {};
  for (const name of tableNames) {
    const found: Item[] = [];
    const TableName = physicalName(world.tables.prefix, name);
    for await (const { Items } of paginateScan({ client: world.client }, { TableName }))
      found.push(...(Items ?? []));
    items[name] = found;
  }
  writeFileSync(path, gzipSync(JSON.stringify({ ...rest, items }), { level: 9 }));
}

/** Puts all that was recorded into a world, as if the earlier release had written it there. */
export async function restore(world: World): Promise<Recorded> {
  const recorded = JSON.parse(gunzipSync(readFileSync(path)).toString()) as Recorded;
  for (const [name, items] of Object.entries(recorded.items)) {
    const table = physicalName(world.tables.prefix, name as TableName);
    for (let i = 0; i < items.length; i += itemsInBatch) {
      const requests = items.slice(i, i + itemsInBatch).map((Item) => ({ PutRequest: { Item } }));
      await world.client.send(new BatchWriteItemCommand({ RequestItems: { [table]: requests } }));
    }
  }
  for (const { file, body, isThere } of recorded.files)
    if (isThere)
      await world.s3.send(new PutObjectCommand({ Bucket: world.bucket, Key: file.key, Body: body }));
  return recorded;
}
