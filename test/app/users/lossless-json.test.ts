import { expect } from 'chai';
import fc from 'fast-check';
import { depth, hasInfiniteNumber, isObject, parseLossless } from '../../../app/users/lossless-json.ts';

describe('lossless JSON', () => {
  for (const text of [
    '12345678901234567890',
    '1.10',
    '-0',
    '1e2',
    '1E+2',
    '0.1000000000000000055511151231257827',
    '{"a":[1.0,{"b":2.50}],"c":"1.10"}',
    '"12345678901234567890"',
    'null',
    '[]',
  ]) {
    it(`gives ${text} back as it is`, () => {
      expect(JSON.stringify(parseLossless(text))).to.equal(text);
    });
  }

  it('gives any JSON back as it is', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        const compact = JSON.stringify(JSON.parse(text));
        expect(JSON.stringify(parseLossless(compact))).to.equal(compact);
      }),
      { seed: 14, numRuns: 300 },
    );
  });

  it('takes a number held as text for no object', () => {
    expect(isObject(parseLossless('1.10'))).to.equal(false);
    expect(isObject(parseLossless('{"a":1.10}'))).to.equal(true);
    expect(isObject(parseLossless('[1.10]'))).to.equal(false);
    expect(isObject(null)).to.equal(false);
  });

  const numbers: [string, boolean][] = [
    ['1e308', false],
    ['1e309', true],
    ['[{"a":-1e400}]', true],
    ['"1e309"', false],
    ['1e-400', false],
  ];
  for (const [text, expected] of numbers) {
    it(`${text} ${expected ? 'has' : 'has no'} number beyond a double`, () => {
      expect(hasInfiniteNumber(text)).to.equal(expected);
    });
  }

  const depths: [string, number][] = [
    ['1', 0],
    ['"[[["', 0],
    ['"\\"[[["', 0],
    ['[]', 1],
    ['{"a":[{}],"]":[]}', 3],
    ['[[],[]]', 2],
    ['"\\\\"', 0],
    ['["\\\\",[]]', 2],
  ];
  for (const [text, expected] of depths) {
    it(`${text} is ${expected} deep`, () => {
      expect(depth(text)).to.equal(expected);
    });
  }
});
