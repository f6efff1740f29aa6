import { expect } from 'chai';
import { assertValid, checkExactlyOne, checkOneOf, checkWhole } from '../../components/validation.ts';

describe('component validation', () => {
  it('says nothing when there is no problem', () => {
    assertValid('DataStore', 'users', [undefined, undefined]);
  });

  it('names component and instance, one problem on the line, several as a list', () => {
    expect(() => assertValid('DataStore', 'users', [undefined, 'no key'])).to.throw(
      /^DataStore "users": no key$/,
    );
    expect(() => assertValid('DataStore', 'users', ['no key', 'no name'])).to.throw(
      /^DataStore "users": \n {2}- no key\n {2}- no name$/,
    );
  });

  it('checks enumerations, whole numbers and exclusive choices', () => {
    expect(checkOneOf('egress', undefined, ['nat'])).to.equal(undefined);
    expect(checkOneOf('egress', 'nat', ['nat'])).to.equal(undefined);
    expect(checkOneOf('egress', 'tunnel', ['nat', 'public'])).to.equal(
      'egress must be one of nat, public, not "tunnel"',
    );
    expect(checkWhole('zones', 2, 2, 3)).to.equal(undefined);
    for (const bad of [1, 4, 2.5, Number.NaN]) {
      expect(checkWhole('zones', bad, 2, 3)).to.equal(`zones must be a whole number from 2 to 3, not ${bad}`);
    }
    expect(checkExactlyOne({ a: {}, b: undefined })).to.equal(undefined);
    expect(checkExactlyOne({ a: undefined, b: undefined })).to.equal(
      'exactly one of a, b must be set, not none',
    );
    expect(checkExactlyOne({ a: {}, b: {} })).to.equal('exactly one of a, b must be set, not a and b');
  });
});
