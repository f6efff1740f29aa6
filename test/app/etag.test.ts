import { expect } from 'chai';
import { noneMatch, parseIfMatch } from '../../app/etag.ts';
import { Problem } from '../../app/problem.ts';

describe('entity tags', () => {
  const lists: [string | undefined, ReturnType<typeof parseIfMatch>][] = [
    [undefined, undefined],
    ['*', '*'],
    [' * ', '*'],
    ['"1"', ['1']],
    ['"1", "2"', ['1', '2']],
    ['""', ['']],
    ['W/"1"', []],
    ['W/"1", "2"', ['2']],
    ['"1,2",W/"3"\t, "4"', ['1,2', '4']],
  ];
  for (const [header, expected] of lists) {
    it(`reads If-Match: ${header}`, () => {
      expect(parseIfMatch(header)).to.deep.equal(expected);
    });
  }

  for (const header of ['', '1', '"1', '"1" "2"', '"1",', '*, "1"', 'w/"1"', '"a b"', '"\u00e9"']) {
    it(`refuses If-Match: ${header}`, () => {
      expect(() => parseIfMatch(header))
        .to.throw(Problem)
        .that.deep.includes({ status: 400 })
        .and.nested.property('errors[0].field', 'headers.if-match');
    });
  }

  const comparisons: [string | undefined, boolean][] = [
    [undefined, false],
    ['*', true],
    ['"7"', true],
    ['W/"7"', true],
    ['"6", "7"', true],
    ['"6"', false],
    ['7', false],
    ['', false],
  ];
  for (const [header, expected] of comparisons) {
    it(`If-None-Match: ${header} ${expected ? 'matches' : 'does not match'} 7`, () => {
      expect(noneMatch(header, '7')).to.equal(expected);
    });
  }
});
