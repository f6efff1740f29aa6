/** One season of a player. */
export interface Season {
  readonly season: string;
  readonly games: number;
  readonly minutes: number;
  readonly goals: number;
  readonly assists: number;
}

export type Totals = Omit<Season, 'season'>;

const nothing: Totals = { games: 0, minutes: 0, goals: 0, assists: 0 };

export function totals(seasons: readonly Season[]): Totals {
  return seasons.reduce<Totals>(
    (sum, season) => ({
      games: sum.games + season.games,
      minutes: sum.minutes + season.minutes,
      goals: sum.goals + season.goals,
      assists: sum.assists + season.assists,
    }),
    nothing,
  );
}

/** Latest first; names such as `2025/26` sort as text. */
export function newestFirst(seasons: readonly Season[]): Season[] {
  return seasons.toSorted((a, b) => (a.season < b.season ? 1 : a.season > b.season ? -1 : 0));
}
