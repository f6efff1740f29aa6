import type { Batch } from '../../data/rates/batches.ts';
import { parseDay } from '../../data/rates/calendar.ts';
import { parseSegmentSort, treeOf } from '../../data/rates/items.ts';
import { decodeDays } from '../../data/rates/segment.ts';
import type { Job } from './job.ts';
import { type LaneMonth, TextFile } from './lane-file.ts';
import { PortSet, portNumber } from './port-code.ts';
import { priceColumns, priceRows } from './price-rows.ts';
import { RowReport } from './rejects.ts';
import { readRows } from './rows.ts';
import { sortedLanes } from './sorted-lanes.ts';
import { ObjectGone, openObject } from './source.ts';
import { Spill } from './spill.ts';
import { readText } from './text.ts';

/** Batches whose lanes are restored by one scan of the table. Each takes a temporary file. */
const restoredAtOnce = 100;

/** The lanes of one batch, in order. They can be read several times. */
export interface Lanes {
  read(): Iterable<LaneMonth>;
  dispose(): void;
}

/** Puts rows in order, and keeps the result. */
export function lanesOf(job: Job, spill: Spill): Lanes {
  const kept = new KeptLanes(job.limits.spillBytes);
  for (const lane of sortedLanes(spill, job.table(), job.limits.spillBytes)) kept.add(lane);
  return kept;
}

/** The lanes of a committed batch, from its rollup object. */
export async function lanesOfBatch(job: Job, batch: Batch): Promise<Lanes> {
  const kept = new KeptLanes(job.limits.spillBytes);
  await eachLane(job, [batch], (lane) => kept.add(lane));
  return kept;
}

class KeptLanes implements Lanes {
  readonly #text: TextFile;

  constructor(memory: number) {
    this.#text = new TextFile(memory);
  }

  add({ month, from, to, days }: LaneMonth): void {
    this.#text.add(`${month},${from},${to},${days}`);
  }

  *read(): Generator<LaneMonth> {
    for (const line of this.#text.lines()) {
      const [month, from, to, days = ''] = line.split(',');
      yield { month: Number(month), from: Number(from), to: Number(to), days };
    }
  }

  dispose(): void {
    this.#text.dispose();
  }
}

/**
 * Calls back for each lane of committed batches, batch by batch, from their rollup objects. Those of the release before have
 * none yet: they get theirs now.
 */
export async function eachLane(
  job: Job,
  batches: readonly Batch[],
  each: (lane: LaneMonth) => void,
): Promise<void> {
  const missing: Batch[] = [];
  for (const batch of batches) if (!(await job.rollups.read(batch.batch, each))) missing.push(batch);
  if (missing.length === 0) return;
  await makeRollups(job, missing);
  for (const batch of missing)
    if (!(await job.rollups.read(batch.batch, each)))
      throw new Error(`the rollup object of ${batch.batch} is missing, though it was just written`);
}

/** From the uploads, where all of their rows can be read; else from the batches' segments. */
async function makeRollups(job: Job, batches: readonly Batch[]): Promise<void> {
  const gone: Batch[] = [];
  for (const batch of batches) {
    const spill = new Spill(job.limits.spillBytes);
    try {
      if (await readUpload(job, batch, spill)) await put(job, batch, spill);
      else gone.push(batch);
    } finally {
      spill.dispose();
    }
  }
  for (let i = 0; i < gone.length; i += restoredAtOnce) await restore(job, gone.slice(i, i + restoredAtOnce));
}

async function put(job: Job, { batch }: Batch, spill: Spill): Promise<void> {
  await job.rollups.put(batch, sortedLanes(spill, job.table(), job.limits.spillBytes));
}

/**
 * Reads the rows that the batch's commit accepted: they are checked against the ports that were active then.
 * @returns whether these are all of them: where the upload or the list of ports is gone, they are not
 */
async function readUpload(job: Job, batch: Batch, spill: Spill): Promise<boolean> {
  if (!batch.file) return false;
  const ports = (await job.rates.locations(batch.ports)).map(({ id }) => id);
  try {
    const { body, size } = await openObject(job.s3, job.bucket, batch.file);
    const report = new RowReport(0);
    const rows = priceRows(new PortSet(ports), report, (...row) => spill.add(...row));
    await readRows(readText(body, size, job.limits), priceColumns, job.limits, rows);
    return report.accepted === batch.counts.rows_accepted;
  } catch (error) {
    if (error instanceof ObjectGone) return false;
    throw error;
  }
}

/** Restores batches from their lanes between ports, which hold all of their prices, by one scan of the table. */
async function restore(job: Job, batches: readonly Batch[]): Promise<void> {
  const memory = Math.floor(job.limits.spillBytes / batches.length);
  const spills = new Map(batches.map(({ batch }) => [batch, new Spill(memory)]));
  try {
    for await (const { pk, sk, prices } of job.rates.scan('pk, sk, prices')) {
      const [kind, orig = '', dest = ''] = (pk?.S ?? '').split('#');
      if (kind !== 'R' || treeOf(pk?.S ?? '') !== undefined) continue;
      const { month: text, batch } = parseSegmentSort(sk?.S ?? '');
      const spill = spills.get(batch);
      const month = parseDay(`${text}-01`)?.month;
      if (!spill || month === undefined) continue;
      const [from, to] = [portNumber(orig), portNumber(dest)];
      decodeDays(prices?.S ?? '', (day, count, sum) => {
        // Single prices are not stored. Only their count and sum matter, so one row gets the whole sum.
        for (let i = 0; i < count; i++) spill.add(month, day, from, to, i === 0 ? sum : 0);
      });
    }
    for (const batch of batches) await put(job, batch, spills.get(batch.batch) as Spill);
  } finally {
    for (const spill of spills.values()) spill.dispose();
  }
}
