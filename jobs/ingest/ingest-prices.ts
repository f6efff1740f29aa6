import { reasons } from '../../contract/ingest.ts';
import type { Ingest, Outcome } from '../../data/ledger/ingest.ts';
import { ending, settling } from '../../data/ledger/update.ts';
import type { Batch } from '../../data/rates/batches.ts';
import { batchIdOf, reversalId } from '../../data/rates/items.ts';
import type { Pointer } from '../../data/rates/pointer.ts';
import type { Job } from './job.ts';
import { putRejects, refusal } from './outcome.ts';
import { PortSet } from './port-code.ts';
import { commitPrices, draftFor } from './price-commit.ts';
import { priceColumns, priceRows } from './price-rows.ts';
import { type Lanes, lanesOf, lanesOfBatch } from './rollups.ts';
import { readRows } from './rows.ts';
import { openObject } from './source.ts';
import { Spill } from './spill.ts';
import { readText } from './text.ts';

/** What a file meets: the batch that it is to take out, and the one that has its content already. */
interface Situation {
  /** The id of the batch that the file becomes. */
  readonly id: string;
  /** A batch whose prices count and that was made of the same content, when it left rows out that may be good by now. */
  readonly partly: Batch | undefined;
  /** The batch of the file that this one replaces. */
  readonly replaced: Batch | undefined;
  readonly pointer: Pointer;
}

/**
 * Ingests a file of prices. All of its rows are read and checked before the first is written, and readers see none of them
 * until the commit, which is one transaction. After a crash it can be run again and comes to the same end.
 */
export async function ingestPrices(job: Job, content: string): Promise<Outcome> {
  for (;;) {
    const situation = await situationOf(job, content);
    if ('state' in situation) return situation;
    job.report.clear();
    const outcome = await attempt(job, situation);
    if (outcome) return outcome;
  }
}

async function situationOf(job: Job, content: string): Promise<Situation | Outcome> {
  const { rates, file } = job;
  const { live, nextId: id } = await rates.commitOf(content);
  const { replaces } = file;
  const isOwn = live?.ingest === file.id;
  if (live && live.counts.rows_rejected === 0) return alreadyThere(job, live);
  const pointer = await rates.pointer();
  // A batch that left rows out is read again when the list of ports has changed since.
  const partly = live && live.ports !== pointer.active.ports ? live : undefined;
  if (live && !partly) return alreadyThere(job, live);
  if (isOwn || replaces === undefined) return { id, partly, replaced: undefined, pointer };
  if (live && live.ingest !== replaces) return alreadyThere(job, live);
  const replaced = await liveBatchOf(job, replaces);
  return replaced ? { id, partly, replaced, pointer } : refused(job, reasons.replacedIsGone(replaces));
}

/** The outcome of a file whose content counts already. */
function alreadyThere(job: Job, live: Batch): Outcome {
  const { id, replaces } = job.file;
  if (live.ingest === id || replaces === undefined) return settled(live, id);
  return refused(job, reasons.sameContent(live.ingest));
}

async function liveBatchOf({ ledger, rates }: Job, id: string): Promise<Batch | undefined> {
  const record = await ledger.read(id);
  if (!isLive(record)) return undefined;
  const [batch] = await rates.batches([batchIdOf(record?.batch ?? '')]);
  return batch && batch.ingest === id && !batch.reversedBy ? batch : undefined;
}

function isLive(record: Ingest | undefined): boolean {
  return record?.state === 'committed' && record.kind === 'prices' && record.duplicate_of === undefined;
}

/** @returns undefined when something has changed meanwhile, so that it must be decided anew */
async function attempt(job: Job, situation: Situation): Promise<Outcome | undefined> {
  const { rates, file, report, limits } = job;
  const { partly, pointer } = situation;
  const { ports } = pointer.active;
  const known = new PortSet((await rates.locations(ports)).map(({ id }) => id));
  const spill = new Spill(limits.spillBytes);
  let lanes: Lanes | undefined;
  try {
    const { body, size } = await openObject(job.s3, job.bucket, file);
    const rows = priceRows(known, report, (...row) => spill.add(...row));
    await readRows(readText(body, size, limits), priceColumns, limits, rows);
    if (partly && report.counts.rows_accepted <= partly.counts.rows_accepted) {
      if (situation.replaced) return refused(job, reasons.sameContent(partly.ingest));
      return settled(partly, file.id);
    }
    const bad = refusal(job);
    if (bad)
      return partly?.ingest === file.id
        ? settled(partly, file.id)
        : await withRejects(job, bad, situation.id);
    lanes = lanesOf(job, spill);
    spill.dispose();
    return await commit(job, situation, lanes);
  } finally {
    spill.dispose();
    lanes?.dispose();
  }
}

async function withRejects(job: Job, outcome: Outcome, name: string): Promise<Outcome> {
  return { ...outcome, rejects_key: await putRejects(job, name) };
}

async function commit(job: Job, situation: Situation, lanes: Lanes): Promise<Outcome | undefined> {
  const { file, report } = job;
  const { ports } = situation.pointer.active;
  const old = situation.replaced ?? situation.partly;
  const draft = await draftFor(job, situation.id, old);
  const name = draft.adds?.batch as string;
  const rejectsKey = await putRejects(job, name);
  // The object is there before the commit: from then on a tree may be built from it.
  await job.rollups.put(name, lanes.read());
  const batch = {
    id: situation.id,
    batch: name,
    ingest: file.id,
    file: { key: file.key, version: file.version },
    ports,
    counts: report.counts,
    rejectsKey,
  };
  const outcome = settled(batch, file.id);
  const oldLanes = old && (await lanesOfBatch(job, old));
  try {
    const isCommitted = await commitPrices(job, {
      draft,
      adds: { batch, lanes },
      takes: old && oldLanes && { batch: old, lanes: oldLanes },
      ledger: [
        settling(file.id, job.execution, outcome),
        ...(old === undefined || old.ingest === file.id
          ? []
          : [ending(old.ingest, reversalId(old.id), { replacedBy: file.id })]),
      ],
      isValid: async (pointer) => hasPorts(job, pointer.active.ports, ports, lanes),
    });
    return isCommitted ? outcome : undefined;
  } finally {
    oldLanes?.dispose();
  }
}

/** Whether all ports of the lanes are in a list that came up after the rows were checked. */
async function hasPorts(job: Job, now: string | undefined, checked: string | undefined, lanes: Lanes) {
  if (now === checked) return true;
  const known = new PortSet((await job.rates.locations(now)).map(({ id }) => id));
  for (const { from, to } of lanes.read()) if (!known.has(from) || !known.has(to)) return false;
  return true;
}

function refused({ report }: Job, reason: string): Outcome {
  return { state: 'rejected', ...report.counts, reason };
}

function settled(
  { batch, counts, ingest, rejectsKey }: Pick<Batch, 'batch' | 'counts' | 'ingest' | 'rejectsKey'>,
  id: string,
): Outcome {
  return {
    state: 'committed',
    batch,
    ...counts,
    rejects_key: rejectsKey,
    duplicate_of: ingest === id ? undefined : ingest,
  };
}
