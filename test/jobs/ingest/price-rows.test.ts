import { expect } from 'chai';
import { parsePrice } from '../../../jobs/ingest/price-rows.ts';

describe('prices in rows', () => {
  const prices: readonly [string, number | string][] = [
    ['1', 10_000],
    ['0.0001', 1],
    ['1000.5', 10_005_000],
    ['1000.50000', 10_005_000],
    ['999999999.9999', 9_999_999_999_999],
    ['1000000000', 'price_too_large'],
    ['99999999999999999999999', 'price_too_large'],
    ['1e3', 10_000_000],
    ['1.5E-2', 150],
    ['1e-5', 'too_many_decimals'],
    ['1e999', 'price_too_large'],
    ['0', 'price_not_positive'],
    ['-1', 'price_not_positive'],
    ['1.00001', 'too_many_decimals'],
    ['', 'invalid_price'],
    ['.5', 'invalid_price'],
    ['5.', 'invalid_price'],
    ['1,5', 'invalid_price'],
    ['0x10', 'invalid_price'],
    [' 1', 'invalid_price'],
  ];

  for (const [text, units] of prices) {
    it(`the price ${JSON.stringify(text)} is ${units}`, () => expect(parsePrice(text)).to.equal(units));
  }
});
