import { sweepDelaySeconds } from '../../contract/ingest.ts';
import { namesOf } from '../../data/rates/drafts.ts';
import { batchIdOf, isEarlierName, parseSegmentSort, rebuiltPrefix, treeOf } from '../../data/rates/items.ts';
import type { Pointer } from '../../data/rates/pointer.ts';
import type { Job } from './job.ts';
import { isUnsettled, treesOf, withoutAbandoned } from './trees.ts';
import { unusedLists } from './unused-lists.ts';

/** What a sweep removed. */
export interface Swept {
  readonly segments: number;
  readonly trees: number;
  readonly drafts: number;
  readonly lists: number;
  readonly objects: number;
}

/**
 * Days for which segments stay whose batch has no commit, and whose name is of the form that the release before gave: a job
 * of that release may be writing them, and makes no draft.
 */
const earlierJobsDays = 7;

/**
 * Removes what no reader can see: trees that are neither active nor being built, segments whose batch was never committed
 * and is not being written, and lists of locations that neither a tree nor a batch is made from. Readers who began with a
 * tree may go on for `sweepDelaySeconds` after it was replaced. It reads the whole table once. It may run beside all other
 * jobs, and be killed at any time.
 *
 * @param now milliseconds
 */
export async function sweep(job: Job, now: number = Date.now()): Promise<Swept> {
  const { rates, writer } = job;
  const pointer = await dropAbandoned(job);
  const drafts = await dropDrafts(job);
  const trees = await deadTrees(job, pointer, now);
  const names = batchNames(job, now);
  const lists = unusedLists(job, now);
  let segments = 0;
  for await (const item of rates.scan('pk, sk, unused_since')) {
    lists.see(item);
    const [partition, sort] = [item.pk?.S ?? '', item.sk?.S ?? ''];
    const isDead = await isDeadItem(partition, sort, trees, names);
    if (!isDead) continue;
    segments++;
    await writer.remove({ pk: { S: partition }, sk: { S: sort } });
  }
  await writer.flush();
  await names.finish();
  await trees.finish();
  return {
    segments,
    trees: trees.removed.size,
    drafts,
    lists: await lists.finish(),
    objects: await dropObjects(job, names),
  };
}

async function isDeadItem(
  partition: string,
  sort: string,
  trees: Awaited<ReturnType<typeof deadTrees>>,
  names: ReturnType<typeof batchNames>,
): Promise<boolean> {
  if (partition.startsWith(rebuiltPrefix)) return trees.isDead(partition.slice(rebuiltPrefix.length));
  if (!partition.startsWith('R#')) return false;
  const tree = treeOf(partition);
  if (tree !== undefined && (await trees.isDead(tree))) return true;
  return names.isDead(parseSegmentSort(sort).batch);
}

/** Takes the trees of files whose jobs have failed out of the pointer. */
async function dropAbandoned(job: Job): Promise<Pointer> {
  for (;;) {
    const { pointer, along } = await withoutAbandoned(job, await job.rates.pointer());
    if (along.length === 0) return pointer;
    const next = { ...pointer, revision: pointer.revision + 1 };
    if (await job.commits.advance(next, along)) return next;
  }
}

/** Removes the drafts of files whose jobs have ended. A job that runs again makes another draft, with other names. */
async function dropDrafts({ rates, ledger, commits }: Job): Promise<number> {
  let dropped = 0;
  for (const draft of await rates.drafts()) {
    if (await isUnsettled(ledger, draft.ingest)) continue;
    if (await commits.dropDraft(draft)) dropped++;
  }
  return dropped;
}

/** Decides on trees. One that nothing says of since when it is dead is dead from now on. */
async function deadTrees({ rates, commits, writer }: Job, pointer: Pointer, now: number) {
  const retired = await rates.retired();
  const live = new Set(treesOf(pointer).map(({ id }) => id));
  const removed = new Set<string>();
  const due = (tree: string, at: number) => {
    if (now - at < sweepDelaySeconds * 1000) return false;
    removed.add(tree);
    return true;
  };

  async function isDead(tree: string): Promise<boolean> {
    if (live.has(tree)) return false;
    const at = retired.get(tree);
    if (at !== undefined) return due(tree, at);
    // It may have been begun after the pointer was read.
    const current = await rates.pointer();
    for (const { id } of treesOf(current)) live.add(id);
    if (live.has(tree)) return false;
    retired.set(tree, now);
    await commits.noteRetired(tree, now);
    return false;
  }

  /** Forgets trees of which nothing is left. */
  async function finish(): Promise<void> {
    for (const [tree, at] of retired) if (!live.has(tree) && due(tree, at)) await commits.forgetTree(tree);
    for (const { tree } of await rates.builds()) if (await isDead(tree)) await commits.forgetTree(tree);
    await writer.flush();
  }
  return { isDead, finish, removed };
}

/** Decides on batches by their names. */
function batchNames({ rates, commits }: Job, now: number) {
  const known = new Map<string, boolean>();
  const seen = new Set<string>();
  let waiting: Promise<Map<string, number>> | undefined;

  async function isDead(name: string): Promise<boolean> {
    const before = known.get(name);
    if (before !== undefined) return before;
    const answer = (await isGone(name)) && (!isEarlierName(name) || (await isOld(name)));
    known.set(name, answer);
    return answer;
  }

  /** A draft is there before its segments and becomes a commit in one transaction: so what has neither of them, in this order
   * of reading, never will. */
  async function isGone(name: string): Promise<boolean> {
    const drafts = await rates.drafts();
    if (drafts.some((draft) => namesOf(draft).includes(name))) return false;
    const [batch] = await rates.batches([batchIdOf(name)]);
    return batch?.batch !== name;
  }

  async function isOld(name: string): Promise<boolean> {
    waiting ??= rates.unknown();
    seen.add(name);
    const since = (await waiting).get(name);
    if (since === undefined) await commits.noteUnknown(name, now);
    return since !== undefined && now - since >= earlierJobsDays * 86_400_000;
  }

  /** Forgets names that have a commit by now, or of which nothing is left. */
  async function finish(): Promise<void> {
    for (const name of (await (waiting ?? rates.unknown())).keys())
      if (!seen.has(name) || known.get(name)) await commits.forgetUnknown(name);
  }
  return { isDead, finish };
}

/** Removes the rollup objects of batches that were never committed. */
async function dropObjects({ rollups }: Job, names: ReturnType<typeof batchNames>): Promise<number> {
  let dropped = 0;
  for await (const batch of rollups.all()) {
    if (!(await names.isDead(batch))) continue;
    await rollups.remove(batch);
    dropped++;
  }
  return dropped;
}
