import { expect } from 'chai';
import { Spill } from '../../../jobs/ingest/spill.ts';

describe('the temporary file of an ingest', () => {
  it('rows that went through the temporary file come back in order, whole', () => {
    const spill = new Spill(0);
    const months = [24_253, 24_252];
    for (let i = 0; i < 3000; i++)
      spill.add(months[i % 2] as number, (i % 31) + 1, i, 11_881_375 - i, 9e12 + i);
    expect(spill.months).to.deep.equal([24_252, 24_253]);
    for (const _again of [1, 2]) {
      const read: number[][] = [];
      for (const rows of spill.read(24_253)) {
        for (let row = 0; row < rows.rows; row++) {
          read.push([rows.dayOfMonth(row), rows.orig(row), rows.dest(row), rows.units(row)]);
        }
      }
      const written = Array.from({ length: 1500 }, (_, i) => i * 2).map((i) => [
        (i % 31) + 1,
        i,
        11_881_375 - i,
        9e12 + i,
      ]);
      expect(read).to.deep.equal(written);
    }
    spill.dispose();
  });
});
