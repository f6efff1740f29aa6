import { expect } from 'chai';
import { toPlayer } from '../../../app/users/player.ts';

/** `toPlayer` without what is undefined. */
const shown = (properties: Record<string, unknown>) => {
  const texts = Object.entries(properties).map(([key, value]) => [key, JSON.stringify(value)]);
  return JSON.parse(JSON.stringify(toPlayer({ username: 'ann', properties: Object.fromEntries(texts) })));
};

describe('the public part of a user', () => {
  it('has the name and the named properties, no other', () => {
    const open = { team: 'North', position: 'keeper', country: 'DK', bio: 'b', number: 9, height_m: 1.78 };
    expect(shown({ ...open, salary: 1, email: 'a@b', __proto: 1 })).to.deep.equal({
      username: 'ann',
      ...open,
    });
  });

  const hidden: [string, Record<string, unknown>][] = [
    ['a team that is a number', { team: 1 }],
    ['a team that is too long', { team: 'x'.repeat(65) }],
    ['a bio that is an object', { bio: { secret: true } }],
    ['half a shirt number', { number: 1.5 }],
    ['a shirt number as text', { number: '9' }],
    ['a negative shirt number', { number: -1 }],
    ['the height of a house', { height_m: 12 }],
    ['null', { team: null, number: null }],
  ];
  for (const [name, properties] of hidden) {
    it(`leaves out ${name}`, () => {
      expect(shown(properties)).to.deep.equal({ username: 'ann' });
    });
  }
});
