import { decodeDays, encodeDays } from '../../data/rates/segment.ts';
import { type LaneMonth, TextFile } from './lane-file.ts';
import { LaneTable } from './lane-table.ts';
import type { Spill } from './spill.ts';

/**
 * Adds rows up to lanes, ordered by month, origin and destination. Lanes that do not fit in the table are put in order on
 * disk, so that the result depends neither on the order of the rows nor on the size of the table.
 * A lane comes twice, one right after the other, only when its sum would not be exact otherwise.
 */
export function* sortedLanes(spill: Spill, table: LaneTable, memoryLength: number): Generator<LaneMonth> {
  for (const month of spill.months) {
    const runs: TextFile[] = [];
    try {
      for (const chunk of spill.read(month)) {
        for (let row = 0; row < chunk.rows; row++) {
          const [from, to, day, units] = [
            chunk.orig(row),
            chunk.dest(row),
            chunk.dayOfMonth(row),
            chunk.units(row),
          ];
          if (table.add(from, to, day, 1, units)) continue;
          runs.push(toRun(table, month, memoryLength));
          table.clear();
          table.add(from, to, day, 1, units);
        }
      }
      if (runs.length === 0) yield* inOrder(table, month);
      else {
        runs.push(toRun(table, month, memoryLength));
        yield* merged(runs, month);
      }
    } finally {
      table.clear();
      for (const run of runs) run.dispose();
    }
  }
}

function* inOrder(table: LaneTable, month: number): Generator<LaneMonth> {
  const lanes = Float64Array.from({ length: table.size }, (_, row) => laneOf(table.from(row), table.to(row)));
  const order = Uint32Array.from(lanes.keys()).sort((a, b) => (lanes[a] as number) - (lanes[b] as number));
  for (const row of order) {
    const days = encodeDays(table.counts, table.sums, LaneTable.cells(row), LaneTable.days);
    yield { month, from: table.from(row), to: table.to(row), days };
  }
}

function toRun(table: LaneTable, month: number, memoryLength: number): TextFile {
  const run = new TextFile(memoryLength);
  for (const { from, to, days } of inOrder(table, month)) run.add(`${laneOf(from, to)}|${days}`);
  return run;
}

interface Head {
  readonly lane: number;
  readonly days: string;
  readonly rest: Generator<string>;
}

/** Merges runs: lanes that are in several of them are added up. */
function* merged(runs: readonly TextFile[], month: number): Generator<LaneMonth> {
  let heads = runs.flatMap((run) => advance(run.lines()));
  while (heads.length > 0) {
    const lane = Math.min(...heads.map((head) => head.lane));
    const parts = heads.filter((head) => head.lane === lane).map(({ days }) => days);
    const [from, to] = [Math.floor(lane / 2 ** 24), lane % 2 ** 24];
    for (const days of sums(parts)) yield { month, from, to, days };
    heads = heads.flatMap((head) => (head.lane === lane ? advance(head.rest) : [head]));
  }
}

function advance(rest: Generator<string>): Head[] {
  const { value, done } = rest.next();
  if (done) return [];
  const bar = value.indexOf('|');
  return [{ lane: Number(value.slice(0, bar)), days: value.slice(bar + 1), rest }];
}

/** Adds days up; in more than one text when a sum would not be exact otherwise. */
function sums(parts: readonly string[]): string[] {
  if (parts.length === 1) return [...parts];
  const table = new LaneTable(1);
  const texts: string[] = [];
  const flush = () => {
    texts.push(encodeDays(table.counts, table.sums, 0, LaneTable.days));
    table.clear();
  };
  for (const part of parts) {
    decodeDays(part, (day, count, sum) => {
      if (table.add(0, 0, day, count, sum)) return;
      flush();
      table.add(0, 0, day, count, sum);
    });
  }
  flush();
  return texts;
}

function laneOf(from: number, to: number): number {
  return from * 2 ** 24 + to;
}
