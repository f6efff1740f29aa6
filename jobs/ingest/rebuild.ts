import { type Batch, liveBatches } from '../../data/rates/batches.ts';
import type { Build } from '../../data/rates/drafts.ts';
import { decodeDays } from '../../data/rates/segment.ts';
import type { TreeSource } from '../../data/rates/tree.ts';
import { CellSort } from './cell-sort.ts';
import type { Job } from './job.ts';
import type { Write } from './rollup.ts';
import { eachLane } from './rollups.ts';
import { PortOrder, rollUpTree } from './tree-rollup.ts';

/** Must change when the same prices would be cut into other items: a build cannot be continued then. */
export const buildFormat = 1;

/** Bytes of a row in a usual file of prices: work is counted as a file of prices of as many rows. */
const bytesPerRow = 32;

/** Items between two marks: a share of what is written, so that a short build is marked often, too. */
const markedShare = 0.04;
const leastBetweenMarks = 25;

/** The work of a new tree, as the bytes of a file of prices that would be as much work. */
export function workOf(batches: readonly Batch[]): number {
  return batches.reduce((sum, { counts }) => sum + counts.rows_accepted, 0) * bytesPerRow;
}

export async function batchesAt({ rates }: Job, revision: number): Promise<Batch[]> {
  const batches: Batch[] = [];
  for await (const batch of rates.allBatches()) batches.push(batch);
  return liveBatches(batches, revision);
}

/**
 * Writes the lanes of regions of all files that count at the build's revision into a tree. Later commits write into it
 * themselves, retractions of these files too. The files are read once, put in the tree's order, and added up, so that a lane
 * has one segment a month, whatever the number of files. The items come in the same order each time: a run after a crash
 * leaves out as many as were marked as written.
 *
 * The segments bear the name of the oldest of the files, since readers count what bears the name of a commit.
 */
export async function rebuild(job: Job, build: Build, source: TreeSource): Promise<void> {
  const { rates, limits, writer } = job;
  const batches = await batchesAt(job, build.since);
  const [oldest] = batches;
  if (!oldest) return;
  const [tree, ports] = [await rates.tree(source), await rates.locations(source.ports)];
  const order = new PortOrder(
    tree,
    ports.map(({ id }) => id),
  );
  const cells = new CellSort(limits.cells);
  try {
    await eachLane(job, batches, ({ month, from, to, days }) => {
      const [orig, dest] = [order.position(from), order.position(to)];
      if (orig === undefined || dest === undefined) return;
      decodeDays(days, (day, count, sum) => cells.add(order.key(month, orig, dest, day), count, sum));
    });
    const target = { batch: oldest.batch, tree: source.id, capacity: Math.min(limits.lanes, order.names) };
    await rollUpTree(cells.sorted(), order, target, marking(job, build));
    await writer.flush();
  } finally {
    cells.dispose();
  }
}

/** Writes items from the mark on, and moves the mark. */
function marking({ writer, commits, limits }: Job, build: Build): Write {
  let items = 0;
  let marked = build.written;
  return (item) => {
    if (items++ < marked) return undefined;
    const full = writer.put(item);
    const between = Math.min(limits.markEvery, Math.max(leastBetweenMarks, Math.floor(marked * markedShare)));
    if (items - marked < between) return full;
    marked = items;
    return mark(items);
  };

  async function mark(written: number): Promise<void> {
    await writer.flush();
    await commits.putBuild({ ...build, written });
  }
}
