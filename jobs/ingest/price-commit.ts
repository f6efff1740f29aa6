import { randomBytes } from 'node:crypto';
import type { FileUpdate } from '../../data/ledger/update.ts';
import { type Batch, batchItem } from '../../data/rates/batches.ts';
import { type Draft, namesOf } from '../../data/rates/drafts.ts';
import { batchName, reversalId } from '../../data/rates/items.ts';
import type { Pointer } from '../../data/rates/pointer.ts';
import type { Sign } from '../../data/rates/segment.ts';
import type { Tree } from '../../data/rates/tree.ts';
import type { Job } from './job.ts';
import { rollUp } from './rollup.ts';
import type { Lanes } from './rollups.ts';
import { treesOf, withoutAbandoned } from './trees.ts';

/** Thrown when another execution has taken the file over, or this one was given up. The job must stop. */
export class ClaimLost extends Error {
  override readonly name = 'ClaimLost';
}

/** What one commit changes: it adds a file's prices, takes those of an earlier batch out, or both. */
export interface PriceChange {
  readonly draft: Draft;
  readonly adds?: { readonly batch: Addition; readonly lanes: Lanes } | undefined;
  readonly takes?: { readonly batch: Batch; readonly lanes: Lanes } | undefined;
  /** What is written of the files in the ledger, in the same transaction. */
  readonly ledger: readonly FileUpdate[];
  /** Whether the change may still be made. @default it may */
  readonly isValid?: (pointer: Pointer) => Promise<boolean>;
}

export type Addition = Omit<Batch, 'revision' | 'trees' | 'reverses' | 'reversedBy'>;

/**
 * Finds the file's draft or makes one. A run after a crash finds the names that the run before gave, and writes the same
 * segments again.
 */
export async function draftFor(
  { rates, commits, file }: Job,
  adds: string | undefined,
  takes: Batch | undefined,
): Promise<Draft> {
  const before = await rates.draft(file.id);
  if (before && before.adds?.id === adds && before.reversal?.of === takes?.id) return before;
  const suffix = randomBytes(6).toString('hex');
  const reversal = takes && reversalId(takes.id);
  const draft: Draft = {
    ingest: file.id,
    adds: adds === undefined ? undefined : { id: adds, batch: batchName(adds, suffix) },
    reversal:
      takes && reversal ? { id: reversal, batch: batchName(reversal, suffix), of: takes.id } : undefined,
  };
  await commits.putDraft(draft);
  return draft;
}

/**
 * Writes the segments into the active tree and those being built, and commits. When the pointer has changed meanwhile, it
 * repeats this for the trees that were added.
 * @returns false when the change cannot be made as it was meant: decide anew
 */
export async function commitPrices(job: Job, change: PriceChange): Promise<boolean> {
  const { rates, commits, writer } = job;
  const written = new Set<string>();
  for (;;) {
    const { pointer, along } = await withoutAbandoned(job, await rates.pointer());
    if (change.isValid && !(await change.isValid(pointer))) return false;
    for (const source of treesOf(pointer)) {
      if (written.has(source.id)) continue;
      await writeInto(job, await rates.tree(source), written.size === 0, change);
      await writer.flush();
      written.add(source.id);
    }
    const revision = pointer.revision + 1;
    const writes = [...along, ...writesOf(job, change, revision, [...written])];
    if (await commits.advance({ ...pointer, revision }, writes)) return true;
    if (await isOutdated(job, change)) return false;
  }
}

async function writeInto(job: Job, tree: Tree, portLanes: boolean, { draft, adds, takes }: PriceChange) {
  const write = async (lanes: Lanes, batch: string, sign: Sign) =>
    rollUp(lanes.read(), job.table(), { batch, portLanes, tree, sign }, job.writer.put);
  if (adds) await write(adds.lanes, adds.batch.batch, 1);
  if (takes && draft.reversal) await write(takes.lanes, draft.reversal.batch, -1);
}

function writesOf({ commits, ledgerWrite }: Job, change: PriceChange, revision: number, trees: string[]) {
  const { draft, adds, takes, ledger } = change;
  const items = [];
  if (adds) items.push(commits.create(batchItem({ ...adds.batch, revision, trees, reverses: undefined })));
  if (takes && draft.reversal) {
    const { id, batch } = draft.reversal;
    const reversal = {
      ...takes.batch,
      id,
      batch,
      revision,
      trees,
      file: undefined,
      reverses: takes.batch.id,
    };
    items.push(commits.create(batchItem(reversal)), commits.reverse(takes.batch.id, id));
  }
  return [...items, commits.endDraft(draft), ...ledger.map(ledgerWrite)];
}

/** Why a commit was not written: the pointer has moved on, which is no obstacle, or the change is outdated. */
async function isOutdated(job: Job, { draft, adds, takes, ledger }: PriceChange): Promise<boolean> {
  const { rates, file, execution } = job;
  const record = await job.ledger.read(file.id);
  const isClaimed = record?.execution === execution && record.state !== 'failed';
  const ids = [adds?.batch.id, takes?.batch.id].filter((id) => id !== undefined);
  const found = await rates.batches(ids);
  if (!isClaimed && !found.some(({ ingest }) => ingest === file.id))
    throw new ClaimLost(`the file ${file.id} is not this execution's any more`);
  const now = await rates.draft(file.id);
  const isSame = now !== undefined && namesOf(now).join() === namesOf(draft).join();
  if (!isSame || found.some((batch) => batch.id === adds?.batch.id || batch.reversedBy)) return true;
  const others = ledger.filter(({ id }) => id !== file.id);
  const states = await Promise.all(others.map(async ({ id }) => (await job.ledger.read(id))?.state));
  return states.some((state) => state !== 'committed');
}
