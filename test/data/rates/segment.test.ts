import { expect } from 'chai';
import { addSegment, decodeDays, encodeDays, type QuotesByDay } from '../../../data/rates/segment.ts';

describe('a segment of a month', () => {
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
});
