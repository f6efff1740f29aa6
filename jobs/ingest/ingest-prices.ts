import type { Outcome } from '../../data/ledger/ingest.ts';
import { type Batch, batchItem } from '../../data/rates/batches.ts';
import { batchId } from '../../data/rates/items.ts';
import type { Pointer } from '../../data/rates/pointer.ts';
import type { Job } from './job.ts';
import { putRejects, refusal } from './outcome.ts';
import { PortSet } from './port-code.ts';
import { priceColumns, priceRows } from './price-rows.ts';
import { rollUp } from './rollup.ts';
import { readRows } from './rows.ts';
import { openObject } from './source.ts';
import { Spill } from './spill.ts';
import { readText } from './text.ts';

/**
 * Ingests a file of prices. All of its rows are read and checked before the first is written, and readers see none of them
 * until the commit, which is one transaction. After a crash it can be run again and comes to the same end.
 */
export async function ingestPrices(job: Job, content: string): Promise<Outcome> {
  const { rates, file, report, limits } = job;
  const [before] = await rates.batches([content]);
  if (before) return settled(before, file.id);

  const { ports } = (await rates.pointer()).active;
  const batch = batchId(content, ports);
  const known = new PortSet((await rates.locations(ports)).map(({ id }) => id));
  const spill = new Spill(limits.spillBytes);
  try {
    const { body, size } = await openObject(job.s3, job.bucket, file);
    const rows = priceRows(known, report, (...row) => spill.add(...row));
    await readRows(readText(body, size, limits), priceColumns, limits, rows);
    const refused = refusal(job);
    if (refused) return { ...refused, rejects_key: await putRejects(job, batch) };
    const rejectsKey = await putRejects(job, batch);
    const { key, version, id: ingest } = file;
    const draft = { content, batch, ingest, key, version, ports, counts: report.counts, rejectsKey };
    return settled(await commit(job, spill, draft), ingest);
  } finally {
    spill.dispose();
  }
}

/** Writes the rows into the active tree and those being built, and commits. When the pointer has changed meanwhile, it
 * repeats this for the trees that were added. */
async function commit(job: Job, spill: Spill, draft: Omit<Batch, 'revision' | 'trees'>): Promise<Batch> {
  const { rates, commits, writer } = job;
  const written = new Set<string>();
  for (;;) {
    const pointer = await rates.pointer();
    for (const source of treesOf(pointer)) {
      if (written.has(source.id)) continue;
      const tree = await rates.tree(source);
      const target = { batch: draft.batch, portLanes: written.size === 0, tree };
      await rollUp(spill, job.tables(), target, writer.put);
      await writer.flush();
      written.add(source.id);
    }
    const revision = pointer.revision + 1;
    const batch: Batch = { ...draft, revision, trees: [...written] };
    if (await commits.advance({ ...pointer, revision }, batchItem(batch))) return batch;
    // Another file of the same content may have been committed; or this one, and the answer was lost.
    const [committed] = await rates.batches([draft.content]);
    if (committed) return committed;
  }
}

function treesOf({ active, building }: Pointer) {
  return [active, ...Object.values(building)];
}

function settled({ batch, counts, ingest, rejectsKey }: Batch, id: string): Outcome {
  return {
    state: 'committed',
    batch,
    ...counts,
    rejects_key: rejectsKey,
    duplicate_of: ingest === id ? undefined : ingest,
  };
}
