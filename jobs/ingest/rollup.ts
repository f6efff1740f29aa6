import type { Item } from '../../data/dynamodb/errors.ts';
import { decodeDays, encodeDays, negatedDays, type Sign, segmentItems } from '../../data/rates/segment.ts';
import type { Tree } from '../../data/rates/tree.ts';
import type { LaneMonth } from './lane-file.ts';
import { LaneTable } from './lane-table.ts';
import { Numbering } from './numbering.ts';
import { portCode } from './port-code.ts';

export interface RollupTarget {
  /** The batch's name in the keys of the segments. */
  readonly batch: string;
  /** Whether to write the lanes between ports, which are the same in every tree. */
  readonly portLanes: boolean;
  /** The tree by which the lanes of regions are written. */
  readonly tree: Tree;
  /** -1 to take out what an earlier batch added. */
  readonly sign: Sign;
}

/** Takes an item to write. When it returns a promise, the caller must wait for it before the next item. */
export type Write = (item: Item) => Promise<void> | undefined;

/**
 * Rolls lanes between ports up to segments, one for every pair of the first port or a region around it with the second port
 * or a region around that. It works month by month, in a table of limited size: lanes that do not fit become another part of
 * the same month. The same lanes always give the same segments, so writing them again changes nothing.
 */
export async function rollUp(
  lanes: Iterable<LaneMonth>,
  table: LaneTable,
  { batch, portLanes, tree, sign }: RollupTarget,
  write: Write,
): Promise<void> {
  const regional = regionRollUp(tree, table, batch, sign, write);
  let before: LaneMonth | undefined;
  let part = 0;
  for (const lane of lanes) {
    const { month, from, to, days } = lane;
    if (before && before.month !== month) await regional.finish(before.month);
    part = before?.month === month && before.from === from && before.to === to ? part + 1 : 0;
    before = lane;
    if (portLanes) {
      const toItem = segmentItems(undefined, month, batch, part);
      const full = write(toItem(portCode(from), portCode(to), sign === 1 ? days : negatedDays(days)));
      if (full) await full;
    }
    const isFull = regional.add(lane);
    if (isFull) await isFull;
  }
  if (before) await regional.finish(before.month);
}

/** Rolls lanes between ports up to the lanes of the tree's regions. */
function regionRollUp(tree: Tree, table: LaneTable, batch: string, sign: Sign, write: Write) {
  const { names, lineOf } = lineNumbers(tree);
  let part = 0;

  async function empty(month: number): Promise<void> {
    const toItem = segmentItems(tree.id, month, batch, part);
    await writeSegments(table, sign, (row) => [names[table.from(row)], names[table.to(row)]], toItem, write);
    table.clear();
    part++;
  }

  /** @returns a promise when the table had to be emptied */
  function add(lane: LaneMonth): Promise<void> | undefined {
    const origs = lineOf(lane.from);
    const dests = lineOf(lane.to);
    // The first pair is the two ports: their lane is not a lane of regions.
    if (origs.length * dests.length < 2) return undefined;
    const cells: [day: number, count: number, sum: number][] = [];
    decodeDays(lane.days, (...cell) => cells.push(cell));
    return addFrom(origs, dests, cells, lane.month, 1, 0);
  }

  /** Goes on from a pair and a cell, since an emptied table is a matter of waiting. */
  function addFrom(
    origs: readonly number[],
    dests: readonly number[],
    cells: readonly [number, number, number][],
    month: number,
    pair: number,
    cell: number,
  ): Promise<void> | undefined {
    for (let i = pair, j = cell; i < origs.length * dests.length; i++, j = 0) {
      const orig = origs[Math.floor(i / dests.length)] as number;
      const dest = dests[i % dests.length] as number;
      for (; j < cells.length; j++) {
        const [day, count, sum] = cells[j] as [number, number, number];
        if (!table.add(orig, dest, day, count, sum))
          return empty(month).then(() => addFrom(origs, dests, cells, month, i, j));
      }
    }
    return undefined;
  }

  async function finish(month: number): Promise<void> {
    await empty(month);
    part = 0;
  }
  return { add, finish };
}

/** Numbers ports and regions in the order in which they are first used. */
export function lineNumbers(tree: Tree) {
  const { names, numberOf } = new Numbering();
  const lines = new Map<number, readonly number[]>();

  /** The port and the regions around it; empty for a port that is not in this tree. */
  function lineOf(port: number): readonly number[] {
    let line = lines.get(port);
    if (!line) {
      const code = portCode(port);
      line = tree.isPort(code) ? [code, ...tree.regionsOf(code)].map(numberOf) : [];
      lines.set(port, line);
    }
    return line;
  }
  return { names, lineOf };
}

/** Writes each row of the table as a segment. */
export async function writeSegments(
  table: LaneTable,
  sign: Sign,
  ends: (row: number) => readonly [orig: string | undefined, dest: string | undefined],
  toItem: ReturnType<typeof segmentItems>,
  write: Write,
): Promise<void> {
  for (let row = 0; row < table.size; row++) {
    const [orig = '', dest = ''] = ends(row);
    const days = encodeDays(table.counts, table.sums, LaneTable.cells(row), LaneTable.days, sign);
    const full = write(toItem(orig, dest, days));
    if (full) await full;
  }
}
