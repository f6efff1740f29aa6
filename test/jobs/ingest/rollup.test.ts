import { expect } from 'chai';
import type { Item } from '../../../data/dynamodb/errors.ts';
import { decodeDays } from '../../../data/rates/segment.ts';
import { createTree } from '../../../data/rates/tree.ts';
import { LaneTable } from '../../../jobs/ingest/lane-table.ts';
import { portNumber } from '../../../jobs/ingest/port-code.ts';
import { rollUp, type Write } from '../../../jobs/ingest/rollup.ts';
import { sortedLanes } from '../../../jobs/ingest/sorted-lanes.ts';
import { Spill } from '../../../jobs/ingest/spill.ts';
import { seededRandom } from '../../../local/commands/sample/random.ts';

type Row = readonly [month: number, day: number, orig: string, dest: string, units: number];

const january = 2021 * 12;
const location = (id: string, parent?: string) => ({ id, name: id, parent });
const tree = createTree(
  't1',
  [location('china', 'asia'), location('asia'), location('baltic')],
  [location('CNGGZ', 'china'), location('CNSHA', 'china'), location('EETLL', 'baltic'), location('ALONE')],
);

/** Puts the rows in order, and rolls them up by the tree. */
async function rollRows(
  rows: readonly Row[],
  { lanes = 1000, portLanes = true, sign = 1 as 1 | -1 },
  write: Write,
): Promise<void> {
  const spill = new Spill(2 ** 20);
  for (const [month, day, orig, dest, units] of rows)
    spill.add(month, day, portNumber(orig), portNumber(dest), units);
  const sorted = [...sortedLanes(spill, new LaneTable(1000), 2 ** 20)];
  await rollUp(sorted, new LaneTable(lanes), { batch: 'b', portLanes, tree, sign }, write);
  spill.dispose();
}

/** All that a rollup writes: `pk sk` to the days as count and sum. */
async function roll(
  rows: readonly Row[],
  options: { lanes?: number; portLanes?: boolean; sign?: 1 | -1 } = {},
): Promise<Record<string, Record<number, [count: number, sum: number]>>> {
  const written: Record<string, Record<number, [number, number]>> = {};
  await rollRows(rows, options, (item: Item) => {
    const id = `${item.pk?.S} ${item.sk?.S}`;
    expect(written, 'each item is written once').not.to.have.property(id);
    const days: Record<number, [number, number]> = {};
    decodeDays(item.prices?.S ?? '', (day, count, sum) => {
      days[day] = [count, sum];
    });
    written[id] = days;
    return undefined;
  });
  return written;
}

/** The segments of a lane in a month added up, whatever parts they were written in. */
function withoutParts(written: Awaited<ReturnType<typeof roll>>): typeof written {
  const sums: typeof written = {};
  for (const [id, days] of Object.entries(written)) {
    const lane = id.replace(/#P\d+$/, '');
    sums[lane] ??= {};
    for (const [day, [count, sum]] of Object.entries(days)) {
      const before = sums[lane][Number(day)] ?? [0, 0];
      sums[lane][Number(day)] = [before[0] + count, before[1] + sum];
    }
  }
  return sums;
}

describe('the rollup of prices', () => {
  const rows: Row[] = [
    [january, 1, 'CNGGZ', 'EETLL', 10],
    [january, 31, 'CNGGZ', 'EETLL', 20],
    [january, 31, 'CNGGZ', 'EETLL', 30],
    [january, 31, 'CNSHA', 'EETLL', 5],
    [january + 1, 2, 'EETLL', 'CNGGZ', 7],
  ];

  it('has every pair of a port or a region of it, and of the other port or a region of that', async () => {
    const ports = {
      'R#CNGGZ#EETLL M#2021-01#B#b#P0': { 1: [1, 10], 31: [2, 50] },
      'R#CNSHA#EETLL M#2021-01#B#b#P0': { 31: [1, 5] },
      'R#EETLL#CNGGZ M#2021-02#B#b#P0': { 2: [1, 7] },
    };
    const [gaganzi, shapo, both] = [{ 1: [1, 10], 31: [2, 50] }, { 31: [1, 5] }, { 1: [1, 10], 31: [3, 55] }];
    const regions = {
      'R#CNGGZ#baltic#T#t1 M#2021-01#B#b#P0': gaganzi,
      'R#CNSHA#baltic#T#t1 M#2021-01#B#b#P0': shapo,
      'R#china#EETLL#T#t1 M#2021-01#B#b#P0': both,
      'R#china#baltic#T#t1 M#2021-01#B#b#P0': both,
      'R#asia#EETLL#T#t1 M#2021-01#B#b#P0': both,
      'R#asia#baltic#T#t1 M#2021-01#B#b#P0': both,
      'R#EETLL#china#T#t1 M#2021-02#B#b#P0': { 2: [1, 7] },
      'R#EETLL#asia#T#t1 M#2021-02#B#b#P0': { 2: [1, 7] },
      'R#baltic#CNGGZ#T#t1 M#2021-02#B#b#P0': { 2: [1, 7] },
      'R#baltic#china#T#t1 M#2021-02#B#b#P0': { 2: [1, 7] },
      'R#baltic#asia#T#t1 M#2021-02#B#b#P0': { 2: [1, 7] },
    };
    expect(await roll(rows)).to.deep.equal({ ...ports, ...regions });
    expect(await roll(rows, { portLanes: false })).to.deep.equal(regions);
  });

  it('has no lanes of regions for a port that lies in none, or that the tree does not know', async () => {
    const written = await roll([
      [january, 1, 'ALONE', 'OTHER', 1],
      [january, 1, 'OTHER', 'EETLL', 2],
      [january, 1, 'ALONE', 'EETLL', 3],
    ]);
    expect(written).to.deep.equal({
      'R#ALONE#OTHER M#2021-01#B#b#P0': { 1: [1, 1] },
      'R#OTHER#EETLL M#2021-01#B#b#P0': { 1: [1, 2] },
      'R#ALONE#EETLL M#2021-01#B#b#P0': { 1: [1, 3] },
      'R#ALONE#baltic#T#t1 M#2021-01#B#b#P0': { 1: [1, 3] },
    });
  });

  it('writes what does not fit as further parts of the month, which begin anew in the next', async () => {
    const written = await roll(rows, { lanes: 1 });
    const parts = (lane: string) =>
      Object.keys(written).flatMap((id) => (id.startsWith(`${lane} `) ? [id.slice(lane.length + 1)] : []));
    for (const lane of ['R#CNGGZ#EETLL', 'R#CNSHA#EETLL'])
      expect(parts(lane)).to.deep.equal(['M#2021-01#B#b#P0']);
    expect(parts('R#CNSHA#baltic#T#t1')).to.deep.equal(['M#2021-01#B#b#P5']);
    expect(parts('R#china#baltic#T#t1')).to.deep.equal(['M#2021-01#B#b#P2', 'M#2021-01#B#b#P7']);
    expect(parts('R#EETLL#asia#T#t1')).to.deep.equal(['M#2021-02#B#b#P1']);
    expect(withoutParts(written)).to.deep.equal(withoutParts(await roll(rows)));
  });

  it('begins another part when a sum would no longer be exact', async () => {
    const half = Number.MAX_SAFE_INTEGER / 2 + 1;
    const written = await roll([
      [january, 1, 'CNGGZ', 'ALONE', half],
      [january, 1, 'CNGGZ', 'ALONE', half],
      [january, 1, 'CNGGZ', 'ALONE', 1],
    ]);
    expect(written).to.deep.equal({
      'R#CNGGZ#ALONE M#2021-01#B#b#P0': { 1: [1, half] },
      'R#CNGGZ#ALONE M#2021-01#B#b#P1': { 1: [2, half + 1] },
      'R#china#ALONE#T#t1 M#2021-01#B#b#P0': { 1: [1, half] },
      'R#china#ALONE#T#t1 M#2021-01#B#b#P1': { 1: [2, half + 1] },
      'R#asia#ALONE#T#t1 M#2021-01#B#b#P0': { 1: [1, half] },
      'R#asia#ALONE#T#t1 M#2021-01#B#b#P1': { 1: [2, half + 1] },
    });
  });

  it('comes to the same sums with tables of any size', async () => {
    const random = seededRandom(3);
    const codes = ['CNGGZ', 'CNSHA', 'EETLL', 'ALONE', 'OTHER'];
    const pick = () => codes[Math.floor(random() * codes.length)] as string;
    const many: Row[] = Array.from({ length: 400 }, () => [
      january + Math.floor(random() * 3),
      1 + Math.floor(random() * 31),
      pick(),
      pick(),
      1 + Math.floor(random() * 1000),
    ]);
    const whole = await roll(many);
    for (const lanes of [1, 2, 7, 30])
      expect(withoutParts(await roll(many, { lanes })), `${lanes} lanes`).to.deep.equal(withoutParts(whole));
  });

  it('comes to the same items, whatever the order of the rows', async () => {
    expect(await roll([...rows].reverse(), { lanes: 2 })).to.deep.equal(await roll(rows, { lanes: 2 }));
  });

  it('takes out what it adds with the other sign', async () => {
    const [added, taken] = [await roll(rows), await roll(rows, { sign: -1 })];
    expect(Object.keys(taken)).to.deep.equal(Object.keys(added));
    for (const [id, days] of Object.entries(taken))
      for (const [day, [count, sum]] of Object.entries(days))
        expect([-count, -sum], id).to.deep.equal(added[id]?.[Number(day)]);
  });

  it('waits with the next item while the writer asks it to', async () => {
    let isBusy = false;
    let items = 0;
    await rollRows(rows, { lanes: 10 }, async () => {
      expect(isBusy, 'an item came while the one before was being written').to.equal(false);
      isBusy = true;
      items++;
      await new Promise((resolve) => setImmediate(resolve));
      isBusy = false;
    });
    expect(items).to.equal(14);
  });
});
