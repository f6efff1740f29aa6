import { expect } from 'chai';
import { LaneTable } from '../../../jobs/ingest/lane-table.ts';

describe('a table of lanes', () => {
  it('says when it is full, and when a sum would not be exact', () => {
    const table = new LaneTable(2);
    expect(table.add(1, 2, 31, 1, 5)).to.equal(true);
    expect(table.add(2, 1, 1, 2, 7)).to.equal(true);
    expect(table.add(1, 2, 31, 1, 6)).to.equal(true);
    expect(table.add(3, 3, 1, 1, 1)).to.equal(false);
    expect(table.add(1, 2, 31, 1, Number.MAX_SAFE_INTEGER)).to.equal(false);
    const cell = LaneTable.cells(0) + 30;
    expect([table.from(0), table.to(0), table.counts[cell], table.sums[cell]]).to.deep.equal([1, 2, 2, 11]);
    table.clear();
    expect(table.add(3, 3, 1, 1, 1)).to.equal(true);
    expect([table.size, table.counts[0], table.counts[30]]).to.deep.equal([1, 1, 0]);
  });

  it('keeps apart as many lanes as it has room for, both ways, however full it is', () => {
    for (const size of [1, 3, 64, 1000]) {
      const table = new LaneTable(size);
      const lanes = Array.from({ length: size }, (_, i) => [i * 7919, 2 ** 24 - 1 - (i % 3)] as const);
      for (const [from, to] of lanes) {
        const [a, b] = from % 2 === 0 ? [from, to] : [to, from];
        expect(table.add(a, b, 1, 1, from + 1)).to.equal(true);
      }
      expect(table.add(1, 2, 1, 1, 1), 'one more').to.equal(false);
      expect(table.size).to.equal(size);
      const found = Array.from({ length: size }, (_, i) => [
        table.from(i),
        table.to(i),
        table.sums[LaneTable.cells(i)],
      ]);
      expect(found).to.deep.equal(
        lanes.map(([from, to]) => [...(from % 2 === 0 ? [from, to] : [to, from]), from + 1]),
      );
    }
  });

  it('is as good as new when it was cleared', () => {
    const table = new LaneTable(2);
    for (const [from, to] of [
      [1, 2],
      [2, 1],
    ] as const)
      for (let day = 1; day <= 31; day++) table.add(from, to, day, day, day * 2);
    table.clear();
    expect(table.add(2, 1, 31, 1, Number.MAX_SAFE_INTEGER), 'up to the largest sum').to.equal(true);
    expect(table.add(2, 1, 31, 1, 1)).to.equal(false);
    expect([table.size, table.from(0), table.to(0)]).to.deep.equal([1, 2, 1]);
    expect([...table.counts].filter((count) => count !== 0)).to.deep.equal([1]);
    expect([...table.sums].filter((sum) => sum !== 0)).to.deep.equal([Number.MAX_SAFE_INTEGER]);
  });
});
