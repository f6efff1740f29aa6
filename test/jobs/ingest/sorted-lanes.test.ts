import { expect } from 'chai';
import { LaneTable } from '../../../jobs/ingest/lane-table.ts';
import { sortedLanes } from '../../../jobs/ingest/sorted-lanes.ts';
import { Spill } from '../../../jobs/ingest/spill.ts';
import { seededRandom } from '../../../local/commands/sample/random.ts';

type Row = readonly [month: number, day: number, from: number, to: number, units: number];

function sort(rows: readonly Row[], lanes: number, memory = 2 ** 20) {
  const spill = new Spill(memory);
  for (const row of rows) spill.add(...row);
  const sorted = [...sortedLanes(spill, new LaneTable(lanes), memory)];
  spill.dispose();
  return sorted;
}

describe('the order of lanes', () => {
  const random = seededRandom(1);
  const below = (limit: number) => Math.floor(random() * limit);
  const rows = Array.from(
    { length: 300 },
    (): Row => [24_252 + below(2), 1 + below(31), below(5), 10 + below(5), 1 + below(1000)],
  );

  it('depends neither on the order of the rows nor on the room for them', () => {
    const whole = sort(rows, 1000);
    expect(new Set(whole.map(({ month, from, to }) => `${month} ${from} ${to}`)).size).to.equal(whole.length);
    const keys = whole.map(({ month, from, to }) => month * 10_000 + from * 100 + to);
    expect(keys).to.deep.equal([...keys].sort((a, b) => a - b));
    for (const lanes of [1, 3, 20]) {
      expect(sort(rows, lanes), `${lanes} lanes`).to.deep.equal(whole);
      expect(sort([...rows].reverse(), lanes, 0), `${lanes} lanes, the other way round`).to.deep.equal(whole);
    }
  });

  it('has a lane twice, one right after the other, when its sum would not be exact', () => {
    const half = Number.MAX_SAFE_INTEGER / 2 + 1;
    const big: Row[] = [
      [1, 1, 1, 2, half],
      [1, 1, 0, 2, 5],
      [1, 1, 1, 2, half],
    ];
    const found = sort(big, 10);
    expect(found.map(({ from }) => from)).to.deep.equal([0, 1, 1]);
  });
});
