import { useState } from 'preact/hooks';
import type { Season, Stats } from '../../types.ts';

/** Rows for which the part has room. A click shows more, so that the page does not move by itself. */
const roomFor = 4;
const columns = ['games', 'minutes', 'goals', 'assists'] as const;

export function StatsTable({ stats: { seasons, totals } }: { readonly stats: Stats }) {
  const [all, setAll] = useState(false);
  const shown = all ? seasons : seasons.slice(0, roomFor);
  return (
    <div class="stats">
      <dl class="totals">
        {columns.map((column) => (
          <div key={column}>
            <dd>{totals[column].toLocaleString('en')}</dd>
            <dt>{column}</dt>
          </div>
        ))}
      </dl>
      <div class={all ? 'seasons open' : 'seasons'}>
        {seasons.length === 0 ? <p class="quiet">No seasons yet.</p> : <Seasons seasons={shown} />}
      </div>
      <p class="more">
        {seasons.length > roomFor && (
          <button type="button" class="link" aria-expanded={all} onClick={() => setAll(!all)}>
            {all ? 'Latest seasons only' : `All ${seasons.length} seasons`}
          </button>
        )}
      </p>
    </div>
  );
}

function Seasons({ seasons }: { readonly seasons: readonly Season[] }) {
  return (
    <table>
      <caption class="hidden">By season</caption>
      <thead>
        <tr>
          <th scope="col">Season</th>
          {columns.map((column) => (
            <th scope="col" key={column}>
              {column}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {seasons.map((season) => (
          <tr key={season.season}>
            <th scope="row">{season.season}</th>
            {columns.map((column) => (
              <td key={column}>{season[column].toLocaleString('en')}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export const statsPlaceholder = (
  <div class="stats">
    <dl class="totals">
      {columns.map((column) => (
        <div key={column}>
          <dd>
            <span class="bone">00</span>
          </dd>
          <dt>{column}</dt>
        </div>
      ))}
    </dl>
    <div class="seasons bones">
      {Array.from({ length: roomFor }, (_, i) => (
        <p key={i} class="bone line" />
      ))}
    </div>
    <p class="more" />
  </div>
);
