import { expect } from 'chai';
import { toPlayer } from '../../../app/players/player.ts';
import { newestFirst, totals } from '../../../app/players/stats.ts';
import { newVideoId } from '../../../app/players/video.ts';

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

describe('stats', () => {
  const season = (name: string, games: number) => ({
    season: name,
    games,
    minutes: 90,
    goals: 2,
    assists: 1,
  });

  it('add up, and to zero without seasons', () => {
    expect(totals([season('2024/25', 1), season('2025/26', 2)])).to.deep.equal({
      games: 3,
      minutes: 180,
      goals: 4,
      assists: 2,
    });
    expect(totals([])).to.deep.equal({ games: 0, minutes: 0, goals: 0, assists: 0 });
  });

  it('come latest first', () => {
    const given = ['2024/25', '2026', '2025/26'].map((name) => season(name, 1));
    expect(newestFirst(given).map((each) => each.season)).to.deep.equal(['2026', '2025/26', '2024/25']);
  });
});

describe('ids of videos', () => {
  it('sort by time and differ within a millisecond', () => {
    const times = [0, 1, 35, 36, Date.now(), Date.now() + 1, 36 ** 9 - 1];
    const ids = times.map(newVideoId);
    expect([...ids].sort()).to.deep.equal(ids);
    for (const id of ids) expect(id).to.match(/^[a-z0-9]{9}-[a-z0-9]{12}$/);
    expect(newVideoId(5)).not.to.equal(newVideoId(5));
  });
});
