import { expect } from 'chai';
import { parseDay } from '../../../data/rates/calendar.ts';
import { parseSegmentSort, segmentRange, segmentSort } from '../../../data/rates/items.ts';

describe('the items of segments', () => {
  it('segments sort by month, and a range selects its months only', () => {
    const month = parseDay('2021-03-01')?.month as number;
    const sort = segmentSort(month, '0123-45', 7);
    expect(parseSegmentSort(sort)).to.deep.equal({ month: '2021-03', batch: '0123-45' });
    const [first, last] = segmentRange('2021-03-15', '2021-03-16');
    const sorts = [month - 1, month, month + 1].map((m) => segmentSort(m, 'b', 0));
    expect(sorts.map((s) => first <= s && s <= last)).to.deep.equal([false, true, false]);
  });
});
