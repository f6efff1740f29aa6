import { expect } from 'chai';
import { daysBetween, daysDescending, monthText, parseDay } from '../../../data/rates/calendar.ts';
import { parseSegmentSort, segmentRange, segmentSort } from '../../../data/rates/items.ts';
import { meanPrice } from '../../../data/rates/mean.ts';
import { addSegment, decodeDays, encodeDays, type QuotesByDay } from '../../../data/rates/segment.ts';
import { createTree } from '../../../data/rates/tree.ts';

describe('the parts of the rates', () => {
  const days: readonly [string, boolean][] = [
    ['2021-01-01', true],
    ['2020-02-29', true],
    ['2000-02-29', true],
    ['1900-02-29', false],
    ['2021-02-29', false],
    ['2021-04-31', false],
    ['2021-12-31', true],
    ['2021-00-10', false],
    ['2021-13-10', false],
    ['2021-01-00', false],
    ['2021-01-32', false],
    ['2021-1-01', false],
    ['2021-01-01 ', false],
    ['', false],
  ];
  for (const [text, isDay] of days) {
    it(`${JSON.stringify(text)} is ${isDay ? 'a' : 'no'} day`, () => {
      expect(parseDay(text) !== undefined).to.equal(isDay);
    });
  }

  it('days count through leap years and months', () => {
    expect(daysBetween('2020-02-28', '2020-03-01')).to.equal(3);
    expect([...daysDescending('2020-02-28', '2020-03-01')]).to.deep.equal([
      '2020-03-01',
      '2020-02-29',
      '2020-02-28',
    ]);
    expect(monthText(parseDay('2021-12-05')?.month as number)).to.equal('2021-12');
  });

  const means: readonly [number, bigint, number | null][] = [
    [2, 20_000n, null],
    [3, 30_000n, 1],
    [3, 300_150n, 10.01],
    [3, 300_149n, 10],
    [3, 1n, 0],
    [3, 150n, 0.01],
    [7, 700_000_349n, 10_000],
    [7, 700_000_350n, 10_000.01],
    // Beyond what a double could add up exactly.
    [3, 9_007_199_254_740_993n * 3n, 900_719_925_474.1],
  ];
  for (const [count, sum, price] of means) {
    it(`the mean of ${count} prices that sum to ${sum} is ${price}`, () => {
      expect(meanPrice({ count, sum })).to.equal(price);
    });
  }

  it('a segment keeps every count and sum', () => {
    const counts = new Uint32Array(62);
    const sums = new Float64Array(62);
    const cells: [number, number, number][] = [
      [1, 1, 1],
      [3, 3, 123_456_789],
      [17, 4_294_967_295, Number.MAX_SAFE_INTEGER],
      [31, 2, 36],
    ];
    for (const [day, count, sum] of cells) {
      counts[31 + day - 1] = count;
      sums[31 + day - 1] = sum;
    }
    const read: [number, number, number][] = [];
    decodeDays(encodeDays(counts, sums, 31, 31), (...cell) => read.push(cell));
    expect(read).to.deep.equal(cells);
    expect(encodeDays(counts, sums, 0, 31)).to.equal('');
  });

  it('segments of the same lane add up by day', () => {
    const quotes: QuotesByDay = new Map();
    addSegment(quotes, '2021-03', '1:a        2:b 3:c');
    addSegment(quotes, '2021-03', '4:1');
    addSegment(quotes, '2021-04', '         1:1');
    expect([...quotes]).to.deep.equal([
      ['2021-03-01', { count: 5, sum: 11n }],
      ['2021-03-09', { count: 2, sum: 11n }],
      ['2021-03-10', { count: 3, sum: 12n }],
      ['2021-04-10', { count: 1, sum: 1n }],
    ]);
  });

  it('segments sort by month, and a range selects its months only', () => {
    const month = parseDay('2021-03-01')?.month as number;
    const sort = segmentSort(month, '0123-45', 7);
    expect(parseSegmentSort(sort)).to.deep.equal({ month: '2021-03', batch: '0123-45' });
    const [first, last] = segmentRange('2021-03-15', '2021-03-16');
    const sorts = [month - 1, month, month + 1].map((m) => segmentSort(m, 'b', 0));
    expect(sorts.map((s) => first <= s && s <= last)).to.deep.equal([false, true, false]);
  });

  it('a port lies in its region and those above; in none while nobody names it', () => {
    const place = (id: string, parent?: string) => ({ id, name: id, parent });
    const tree = createTree(
      't',
      [place('china', 'asia'), place('asia')],
      [place('CNGGZ', 'china'), place('EETLL', 'baltic')],
    );
    expect(tree.regionsOf('CNGGZ')).to.deep.equal(['china', 'asia']);
    expect(tree.regionsOf('EETLL')).to.deep.equal([]);
    expect([tree.isPort('EETLL'), tree.isRegion('baltic'), tree.isPort('asia')]).to.deep.equal([
      true,
      false,
      false,
    ]);
  });
});
