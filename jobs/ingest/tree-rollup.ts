import { segmentItems } from '../../data/rates/segment.ts';
import type { Tree } from '../../data/rates/tree.ts';
import type { Cell } from './cell-sort.ts';
import { LaneTable } from './lane-table.ts';
import { Numbering } from './numbering.ts';
import { portNumber } from './port-code.ts';
import { type Write, writeSegments } from './rollup.ts';

/** Bits of the parts of a cell's key: the month from the year 1900 on, two positions, the day of the month. Together 53. */
const firstMonth = 1900 * 12;
const positions = 2 ** 18;
const daysInKey = 32;

/** The ports of a tree in such an order that the ports of each region stand together. */
export class PortOrder {
  readonly #paths: readonly (readonly string[])[];
  readonly #positions: ReadonlyMap<number, number>;

  constructor(tree: Tree, ports: Iterable<string>) {
    const paths = Array.from(ports, (port) => [...tree.regionsOf(port)].reverse().concat(port));
    // A separator that sorts before all characters of slugs and codes keeps a region's ports together.
    const sorted = paths.map((path) => ({ path, text: path.join('\0') }));
    sorted.sort((a, b) => (a.text < b.text ? -1 : 1));
    this.#paths = sorted.map(({ path }) => path);
    this.#positions = new Map(this.#paths.map((path, i) => [portNumber(path.at(-1) as string), i]));
  }

  /** The number of ports and of regions around them: no origin has lanes to more. */
  get names(): number {
    return new Set(this.#paths.flat()).size;
  }

  /** @returns undefined for a port that is not in the tree */
  position(port: number): number | undefined {
    return this.#positions.get(port);
  }

  /** The regions around a port, the largest first, and the port itself. */
  path(position: number): readonly string[] {
    return this.#paths[position] as readonly string[];
  }

  key(month: number, orig: number, dest: number, day: number): number {
    return (((month - firstMonth) * positions + orig) * positions + dest) * daysInKey + day;
  }
}

interface Open {
  readonly name: string;
  readonly table: LaneTable;
  part: number;
}

/**
 * Rolls cells between ports, in the order of their keys, up to the lanes of a tree's regions. Each port and each region is an
 * origin for a while: its lanes are written when the cells have left it, so that only the lanes of one port and of the
 * regions around it are in memory, and each lane is written once for each month. The same cells always give the same items in
 * the same order.
 *
 * @param capacity lanes of an origin that are summed up at a time; further ones become another part of the month
 */
export async function rollUpTree(
  cells: Iterable<Cell>,
  order: PortOrder,
  { batch, tree, capacity }: { readonly batch: string; readonly tree: string; readonly capacity: number },
  write: Write,
): Promise<void> {
  const { names, numberOf } = new Numbering();
  const dests = new Map<number, readonly number[]>();
  const spare: LaneTable[] = [];
  const open: Open[] = [];
  let month = -1;
  let orig = -1;

  function destsOf(position: number): readonly number[] {
    let found = dests.get(position);
    if (!found) {
      found = [...order.path(position)].reverse().map(numberOf);
      dests.set(position, found);
    }
    return found;
  }

  async function flush(origin: Open): Promise<void> {
    const toItem = segmentItems(tree, month, batch, origin.part++);
    await writeSegments(origin.table, 1, (row) => [origin.name, names[origin.table.to(row)]], toItem, write);
    origin.table.clear();
  }

  async function close(depth: number): Promise<void> {
    while (open.length > depth) {
      const origin = open.pop() as Open;
      await flush(origin);
      spare.push(origin.table);
    }
  }

  async function enter(nextMonth: number, nextOrig: number): Promise<void> {
    const path = order.path(nextOrig);
    let common = 0;
    if (nextMonth === month) while (open[common]?.name === path[common] && common < path.length) common++;
    await close(common);
    month = nextMonth;
    orig = nextOrig;
    for (const name of path.slice(common))
      open.push({ name, table: spare.pop() ?? new LaneTable(capacity), part: 0 });
  }

  for (const { key, count, sum } of cells) {
    const day = key % daysInKey;
    const lane = Math.floor(key / daysInKey);
    const dest = lane % positions;
    const rest = Math.floor(lane / positions);
    const nextOrig = rest % positions;
    const nextMonth = Math.floor(rest / positions) + firstMonth;
    if (nextOrig !== orig || nextMonth !== month) await enter(nextMonth, nextOrig);
    const isPort = open.length - 1;
    for (let level = 0; level < open.length; level++) {
      const origin = open[level] as Open;
      const ends = destsOf(dest);
      // From port to port is no lane of regions.
      for (let i = level === isPort ? 1 : 0; i < ends.length; i++) {
        const to = ends[i] as number;
        if (origin.table.add(0, to, day, count, sum)) continue;
        await flush(origin);
        origin.table.add(0, to, day, count, sum);
      }
    }
  }
  await close(0);
}
