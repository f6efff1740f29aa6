import type { Item } from '../../data/dynamodb/errors.ts';
import { encodeDays, segmentItems } from '../../data/rates/segment.ts';
import type { Tree } from '../../data/rates/tree.ts';
import { LaneTable } from './lane-table.ts';
import { portCode } from './port-code.ts';
import type { Spill } from './spill.ts';

export interface RollupTarget {
  /** The batch id in the keys of the segments. */
  readonly batch: string;
  /** Whether to write the lanes between ports, which are the same in every tree. */
  readonly portLanes: boolean;
  /** The tree by which the lanes of regions are written. */
  readonly tree: Tree;
}

/** Tables for the lanes of ports and of regions. They are most of the job's memory, so they are made once and reused. */
export interface Tables {
  readonly ports: LaneTable;
  readonly regions: LaneTable;
}

/** @param lanes the capacity of each table */
export function createTables(lanes: number): Tables {
  return { ports: new LaneTable(lanes), regions: new LaneTable(lanes) };
}

/** Takes an item to write. When it returns a promise, the caller must wait for it before the next item. */
export type Write = (item: Item) => Promise<void> | undefined;

/**
 * Rolls rows up to segments, one for every pair of the first port or a region around it with the second port or a region
 * around that. It works month by month, in tables of limited size: lanes that do not fit become another part of the same
 * month. The same rows always give the same segments, so writing them again changes nothing.
 */
export async function rollUp(
  spill: Spill,
  { ports, regions }: Tables,
  { batch, portLanes, tree }: RollupTarget,
  write: Write,
): Promise<void> {
  const regional = regionRollUp(tree, regions, batch, write);

  for (const month of spill.months) {
    let part = 0;
    const empty = async () => {
      if (portLanes) await writeSegments(ports, portCode, segmentItems(undefined, month, batch, part), write);
      await regional.add(ports, month);
      ports.clear();
      part++;
    };
    for (const chunk of spill.read(month)) {
      for (let row = 0; row < chunk.rows; row++) {
        const [orig, dest, dayOfMonth, units] = [
          chunk.orig(row),
          chunk.dest(row),
          chunk.dayOfMonth(row),
          chunk.units(row),
        ];
        if (ports.add(orig, dest, dayOfMonth, 1, units)) continue;
        await empty();
        ports.add(orig, dest, dayOfMonth, 1, units);
      }
    }
    await empty();
    await regional.finish(month);
  }
}

/** Rolls lanes between ports up to the lanes of the tree's regions. */
function regionRollUp(tree: Tree, table: LaneTable, batch: string, write: Write) {
  /** Ports and regions, numbered in the order in which they are first used. */
  const names: string[] = [];
  const numbers = new Map<string, number>();
  const lines = new Map<number, readonly number[]>();
  let part = 0;

  function numberOf(name: string): number {
    let number = numbers.get(name);
    if (number === undefined) {
      number = names.push(name) - 1;
      numbers.set(name, number);
    }
    return number;
  }

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

  async function empty(month: number): Promise<void> {
    const toItem = segmentItems(tree.id, month, batch, part);
    await writeSegments(table, (number) => names[number] as string, toItem, write);
    table.clear();
    part++;
  }

  async function add(ports: LaneTable, month: number): Promise<void> {
    for (let row = 0; row < ports.size; row++) {
      const origs = lineOf(ports.from(row));
      const dests = lineOf(ports.to(row));
      for (let i = 0; i < origs.length * dests.length; i++) {
        // The first pair is the two ports: their lane is not a lane of regions.
        if (i === 0) continue;
        const orig = origs[Math.floor(i / dests.length)] as number;
        const dest = dests[i % dests.length] as number;
        const cells = LaneTable.cells(row);
        for (let day = 0; day < LaneTable.days; day++) {
          const count = ports.counts[cells + day] as number;
          if (count === 0) continue;
          const sum = ports.sums[cells + day] as number;
          if (table.add(orig, dest, day + 1, count, sum)) continue;
          await empty(month);
          table.add(orig, dest, day + 1, count, sum);
        }
      }
    }
  }

  async function finish(month: number): Promise<void> {
    await empty(month);
    part = 0;
  }
  return { add, finish };
}

async function writeSegments(
  table: LaneTable,
  name: (number: number) => string,
  toItem: ReturnType<typeof segmentItems>,
  write: Write,
): Promise<void> {
  for (let row = 0; row < table.size; row++) {
    const prices = encodeDays(table.counts, table.sums, LaneTable.cells(row), LaneTable.days);
    const full = write(toItem(name(table.from(row)), name(table.to(row)), prices));
    if (full) await full;
  }
}
