import { expect } from 'chai';
import { meanPrice } from '../../../data/rates/mean.ts';

describe('mean prices', () => {
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
});
