import { expect } from 'chai';
import { type Cell, CellSort } from '../../../jobs/ingest/cell-sort.ts';
import { seededRandom } from '../../../local/commands/sample/random.ts';

describe('the sort of cells', () => {
  for (const capacity of [1, 7, 100, 1000])
    it(`puts 500 cells in order with room for ${capacity} in memory, and loses none`, () => {
      const random = seededRandom(capacity);
      const cells: Cell[] = Array.from({ length: 500 }, (_, i) => ({
        key: Math.floor(random() * 200) * 2 ** 44 + 1,
        count: i,
        sum: -i,
      }));
      const sort = new CellSort(capacity);
      for (const { key, count, sum } of cells) sort.add(key, count, sum);
      const found = [...sort.sorted()].map((cell) => ({ ...cell }));
      sort.dispose();
      expect(found.map(({ key }) => key)).to.deep.equal(cells.map(({ key }) => key).sort((a, b) => a - b));
      const texts = (all: readonly Cell[]) =>
        all.map(({ key, count, sum }) => `${key} ${count} ${sum}`).sort();
      expect(texts(found)).to.deep.equal(texts(cells));
    });

  it('has nothing when nothing was added', () => {
    expect([...new CellSort(1).sorted()]).to.deep.equal([]);
  });
});
