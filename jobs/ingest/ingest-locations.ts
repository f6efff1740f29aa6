import { reasons } from '../../contract/ingest.ts';
import type { Outcome } from '../../data/ledger/ingest.ts';
import { locationItems } from '../../data/rates/locations.ts';
import type { Pointer } from '../../data/rates/pointer.ts';
import { activate } from './activate.ts';
import type { Job } from './job.ts';
import { type LocationKind, listOf } from './location-list.ts';
import { locationColumns, locationRows } from './location-rows.ts';
import { putRejects, reasonText, refusal } from './outcome.ts';
import { batchesAt, workOf } from './rebuild.ts';
import { readRows } from './rows.ts';
import { openObject } from './source.ts';
import { readText } from './text.ts';
import { usedIn } from './used-locations.ts';

/** Thrown when the work is too large for the job's size class; the ledger has its size. */
export class HandedOver extends Error {
  override readonly name = 'HandedOver';
}

/** Codes that a reason names. */
const namedCodes = 20;

/**
 * Ingests a file of ports or regions. It adds locations and changes them; with `complete`, those that it does not name go,
 * unless prices still use them. A tree with the new list is built beside the active one; when it holds all committed
 * prices, the pointer flips to it.
 */
export async function ingestLocations(job: Job, kind: LocationKind, content: string): Promise<Outcome> {
  const { file, report, limits, writer, rates } = job;
  for (;;) {
    report.clear();
    const pointer = await rates.pointer();
    const active = await rates.locations(pointer.active[kind]);
    const { sink, finish } = locationRows(kind, report, limits.locations, file.complete ? [] : active);
    const { body, size } = await openObject(job.s3, job.bucket, file);
    await readRows(readText(body, size, limits), locationColumns[kind], limits, sink);
    const list = listOf(kind, pointer, active, finish());
    const bad = refusal(job);
    const rejects_key = await putRejects(job, content);
    if (bad) return { ...bad, rejects_key };

    const used = await usedIn(job, list, pointer);
    if (used.size > 0) return stillUsed(job, used);
    await handOver(job, pointer);
    for (const item of locationItems(list.id, list.locations)) {
      await writer.put(item);
      // Items are written one by one, since 25 items of 400 KB take longer than the client waits for an answer.
      await writer.flush();
    }
    const end = await activate(job, list);
    if (end === undefined) continue;
    if ('used' in end) return stillUsed(job, end.used);
    return {
      state: 'committed',
      ...report.counts,
      batch: list.id,
      rejects_key,
      duplicate_of: end.duplicateOf,
    };
  }
}

function stillUsed({ report, file: _ }: Job, used: ReadonlySet<string>): Outcome {
  const codes = [...used].sort();
  const reason = reasons.stillUsed(codes.slice(0, namedCodes), codes.length);
  return { state: 'rejected', ...report.counts, reason: reasonText(reason) };
}

/** Gives the file to a larger size class when the prices that the new tree must hold are too many for this one. */
async function handOver(job: Job, { revision }: Pointer): Promise<void> {
  const { ledger, file, execution, classBytes } = job;
  if (classBytes === Number.POSITIVE_INFINITY) return;
  const work = workOf(await batchesAt(job, revision));
  if (work <= classBytes || (await ledger.read(file.id))?.work !== undefined) return;
  if (await ledger.run(file.id, execution).handOver(work))
    throw new HandedOver(`the work is that of a file of ${work} bytes, which a larger size class does`);
}
