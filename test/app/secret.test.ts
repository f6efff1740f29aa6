import { expect } from 'chai';
import { secretMatcher } from '../../app/secret.ts';

describe('secretMatcher', () => {
  const cases: [string, unknown, boolean][] = [
    ['key', 'key', true],
    ['key', 'Key', false],
    ['key', 'key ', false],
    ['key', '', false],
    ['key', undefined, false],
    ['key', ['key'], false],
    ['', '', false],
    ['', undefined, false],
    ['k\u00e9y', 'k\u00e9y', true],
  ];
  for (const [secret, given, expected] of cases) {
    it(`${JSON.stringify(given)} ${expected ? 'is' : 'is not'} the secret ${JSON.stringify(secret)}`, () => {
      expect(secretMatcher(secret)(given)).to.equal(expected);
    });
  }
});
