import { expect } from 'chai';
import { newestFirst, totals } from '../../../app/players/stats.ts';

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
