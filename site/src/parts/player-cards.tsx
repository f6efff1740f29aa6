import { Link } from '../router.tsx';
import type { Player } from '../types.ts';

export function PlayerCards({ players }: { readonly players: readonly Player[] }) {
  if (players.length === 0)
    return <p class="player-cards quiet">There are no players yet. Load samples with: npm run seed</p>;
  return (
    <ul class="player-cards">
      {players.map(({ username, name, team, position, number }) => (
        <li key={username}>
          <Link href={`/players/${encodeURIComponent(username)}`}>
            <span class="shirt small" aria-hidden="true">
              {number ?? '–'}
            </span>
            <span>
              <strong>{name ?? username}</strong>
              <small>{[team, position].filter(Boolean).join(', ')}</small>
            </span>
          </Link>
        </li>
      ))}
    </ul>
  );
}

export const playerCardsPlaceholder = (
  <ul class="player-cards">
    {[0, 1, 2, 3].map((key) => (
      <li key={key}>
        <span class="player-bone">
          <span class="shirt small bone" />
          <span class="bone line" />
        </span>
      </li>
    ))}
  </ul>
);
