import { expect } from 'chai';
import { add, bucketOf, type Histogram, quantile, upperBound } from '../../../app/vitals/histogram.ts';

const histogramOf = (values: readonly number[]) =>
  values.reduce<Histogram>((all, value) => {
    const bucket = bucketOf(value);
    all[bucket] = (all[bucket] ?? 0) + 1;
    return all;
  }, {});

describe('histograms', () => {
  it('put every value into the bucket that spans it', () => {
    for (const value of [0, 0.5, 1, 1.01, 9.99, 10, 10.01, 123, 99_999, 100_000]) {
      const bucket = bucketOf(value);
      expect(value, `${value}`).to.be.at.most(upperBound(bucket) * 1.0001);
      if (bucket > 0) expect(value, `${value}`).to.be.above(upperBound(bucket - 1) * 0.9999);
    }
    expect(bucketOf(1e9)).to.equal(bucketOf(100_000));
  });

  it('tell quantiles within 16 %', () => {
    const values = Array.from({ length: 1000 }, (_, i) => 3 + i * 1.7);
    const histogram = histogramOf(values);
    for (const share of [0.05, 0.5, 0.75, 0.95, 1]) {
      const exact = values[Math.ceil(share * 1000) - 1] as number;
      expect((quantile(histogram, share) as number) / exact, `${share}`).to.be.within(0.84, 1.16);
    }
    expect(quantile({}, 0.5)).to.equal(undefined);
  });

  it('add up to the histogram of all values', () => {
    const [some, others] = [
      [1, 20, 300],
      [20, 5000],
    ];
    const sum = histogramOf(some);
    add(sum, histogramOf(others));
    expect(sum).to.deep.equal(histogramOf([...some, ...others]));
  });
});
