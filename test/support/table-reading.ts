import type { S3Client } from '@aws-sdk/client-s3';
import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { rolledUp, rollupsPrefix } from '../../contract/ingest.ts';
import { batchIdOf, parseSegmentSort, treeOf } from '../../data/rates/items.ts';
import { addSegment, type QuotesByDay } from '../../data/rates/segment.ts';
import { createRatesTable } from '../../data/rates/table.ts';
import type { World } from './ingest-jobs.ts';

/** All cells that readers see, read from the table's items at once, and what no reader can see. */
export async function readTable(world: World): Promise<{ cells: Map<string, string>; dead: string[] }> {
  const table = createRatesTable(world.client, world.ratesTable);
  const pointer = await table.pointer();
  const commits = new Map<string, string>();
  const named: (string | undefined)[] = [];
  for await (const { id, batch, ports } of table.allBatches()) {
    commits.set(id, batch);
    named.push(ports);
  }
  const sources = [pointer.active, ...Object.values(pointer.building)];
  const trees = sources.map(({ id }) => id);
  const used = [...named, ...sources.flatMap(({ regions, ports }) => [regions, ports])];
  const lanes = new Map<string, QuotesByDay>();
  const dead: string[] = Object.keys(pointer.building).map((id) => `building for ${id}`);
  for await (const { pk, sk, prices } of table.scan('pk, sk, prices')) {
    const [partition, sort] = [pk?.S ?? '', sk?.S ?? ''];
    const [kind, orig, dest] = partition.split('#');
    if (['DRAFT', 'BUILD', 'RETIRED', 'UNKNOWN', 'REBUILT'].includes(kind as string))
      dead.push(`${partition} ${sort}`);
    if (kind === 'PLACES' && !used.includes(orig)) dead.push(`${partition} ${sort}`);
    if (kind !== 'R') continue;
    const tree = treeOf(partition);
    const { month, batch } = parseSegmentSort(sort);
    if (commits.get(batchIdOf(batch)) !== batch || (tree !== undefined && !trees.includes(tree))) {
      dead.push(`${partition} ${sort}`);
    } else if (tree === undefined || tree === pointer.active.id) {
      const quotes = lanes.get(`${orig} ${dest}`) ?? new Map();
      addSegment(quotes, month, prices?.S ?? '');
      lanes.set(`${orig} ${dest}`, quotes);
    }
  }
  const objects = await rollups(world.s3, world.bucket);
  for (const name of objects) if (commits.get(batchIdOf(name)) !== name) dead.push(`object ${name}`);
  const cells = new Map<string, string>();
  for (const [lane, quotes] of lanes)
    for (const [day, { count, sum }] of quotes)
      if (count !== 0 || sum !== 0n) cells.set(`${lane} ${day}`, `${count} ${sum}`);
  return { cells, dead };
}

async function rollups(s3: S3Client, Bucket: string): Promise<string[]> {
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: rollupsPrefix }));
  return Contents.map(({ Key = '' }) => rolledUp(Key));
}
