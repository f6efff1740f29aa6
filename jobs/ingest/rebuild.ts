import type { Batch } from '../../data/rates/batches.ts';
import { parseDay } from '../../data/rates/calendar.ts';
import { key, rebuiltPartition } from '../../data/rates/items.ts';
import { decodeDays } from '../../data/rates/segment.ts';
import type { Tree } from '../../data/rates/tree.ts';
import type { Job } from './job.ts';
import { PortSet, portNumber } from './port-code.ts';
import { priceColumns, priceRows } from './price-rows.ts';
import { RowReport } from './rejects.ts';
import { rollUp } from './rollup.ts';
import { readRows } from './rows.ts';
import { ObjectGone, openObject } from './source.ts';
import { Spill } from './spill.ts';
import { readText } from './text.ts';

/** Lanes that are queried at a time when a batch is restored from the table. */
const queriesInFlight = 8;

/**
 * Writes all committed batches into a tree, from their stored objects. Each finished batch is marked, so that a run after
 * a crash continues with the next one.
 */
export async function rebuild(job: Job, tree: Tree): Promise<void> {
  const { rates, writer } = job;
  const done = await rates.rebuilt(tree.id);
  for await (const batch of rates.allBatches()) {
    if (done.has(batch.content) || batch.trees.includes(tree.id)) continue;
    const spill = new Spill(job.limits.spillBytes);
    try {
      await readBatch(job, batch, spill);
      await rollUp(spill, job.tables(), { batch: batch.batch, portLanes: false, tree }, writer.put);
      await writer.flush();
    } finally {
      spill.dispose();
    }
    await writer.put(key(rebuiltPartition(tree.id), batch.content));
    await writer.flush();
  }
}

/** Reads the rows that the batch's commit accepted: they are checked against the ports that were active then. */
async function readBatch(job: Job, batch: Batch, spill: Spill): Promise<void> {
  const ports = (await job.rates.locations(batch.ports)).map(({ id }) => id);
  try {
    const { body, size } = await openObject(job.s3, job.bucket, batch);
    const rows = priceRows(new PortSet(ports), new RowReport(0), (...row) => spill.add(...row));
    await readRows(readText(body, size, job.limits), priceColumns, job.limits, rows);
  } catch (error) {
    if (!(error instanceof ObjectGone)) throw error;
    await restoreBatch(job, batch, ports, spill);
  }
}

/** Restores the batch from its lanes between ports, which hold all of its prices. This is slower than reading the object,
 * and is done when that was deleted. */
async function restoreBatch(
  job: Job,
  { batch }: Batch,
  ports: readonly string[],
  spill: Spill,
): Promise<void> {
  async function restoreLane(orig: string, dest: string): Promise<void> {
    for await (const segment of job.rates.segments({ orig, dest, tree: undefined })) {
      const month = parseDay(`${segment.month}-01`)?.month;
      if (segment.batch !== batch || month === undefined) continue;
      const [from, to] = [portNumber(orig), portNumber(dest)];
      decodeDays(segment.prices, (dayOfMonth, count, sum) => {
        // Single prices are not stored. Only their count and sum matter here, so one row gets the whole sum.
        for (let i = 0; i < count; i++) spill.add(month, dayOfMonth, from, to, i === 0 ? sum : 0);
      });
    }
  }
  const lanes = lanesBetween(ports);
  await Promise.all(
    Array.from({ length: queriesInFlight }, async () => {
      for (const [orig, dest] of lanes) await restoreLane(orig, dest);
    }),
  );
}

function* lanesBetween(ports: readonly string[]): Generator<[string, string]> {
  for (const orig of ports) for (const dest of ports) if (orig !== dest) yield [orig, dest];
}
