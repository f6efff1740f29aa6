import { useState } from 'preact/hooks';
import { call } from '../../api.ts';
import type { StreamList } from '../../types.ts';
import { Chart } from './chart.tsx';
import type { TimingReport, TimingSeries } from './use-timings.ts';

/** The limiter's decisions, each known by routes and status of the answer. */
const decisions = [
  { label: 'granted', routes: ['POST /api/v1/stream', 'POST /api/v1/streams'], status: '201' },
  { label: 'denied', routes: ['POST /api/v1/stream', 'POST /api/v1/streams'], status: '409' },
  { label: 'heartbeats', routes: ['PUT /api/v1/streams/:id'], status: '200' },
  { label: 'lost', routes: ['PUT /api/v1/streams/:id'], status: '410' },
  { label: 'released', routes: ['DELETE /api/v1/streams/:id'], status: '204' },
] as const;

export function Limiter({ timings }: { readonly timings: TimingReport | undefined }) {
  const series = timings?.series.filter(({ source }) => source === 'service') ?? [];
  return (
    <section class="card" aria-labelledby="limiter-title">
      <h2 id="limiter-title">Stream limiter</h2>
      <p class="quiet">Decisions of the last three hours.</p>
      <ul class="decisions">
        {decisions.map(({ label, routes, status }) => {
          const counts = countsOf(
            series.filter(({ name }) => routes.some((route) => route === name)),
            status,
          );
          const total = counts.reduce((sum, [, count]) => sum + count, 0);
          return (
            <li key={label}>
              <strong>{total.toLocaleString('en')}</strong>
              <span>{label}</span>
              {timings && (
                <Chart
                  span={timings}
                  label={`${label} over time`}
                  height={36}
                  bars
                  times={counts.map(([time]) => time)}
                  lines={[
                    {
                      label,
                      color: label === 'denied' || label === 'lost' ? 'warning' : 'accent',
                      values: counts.map(([, count]) => count),
                    },
                  ]}
                />
              )}
            </li>
          );
        })}
      </ul>
      <ViewerLookup />
    </section>
  );
}

/** Counts of answers with a status over all given routes, by slot, oldest first. */
function countsOf(series: readonly TimingSeries[], status: string): [number, number][] {
  const slots = new Map<number, number>();
  for (const { start, statuses } of series.flatMap((each) => each.slots)) {
    const time = Date.parse(start) / 1000;
    slots.set(time, (slots.get(time) ?? 0) + (statuses[status] ?? 0));
  }
  return [...slots].sort(([a], [b]) => a - b);
}

/** Looks up the streams that one user watches. */
function ViewerLookup() {
  const [answer, setAnswer] = useState<{ viewer: string; streams: StreamList }>();
  const [error, setError] = useState<string>();

  async function submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const viewer = String(new FormData(event.target as HTMLFormElement).get('viewer')).trim();
    try {
      const streams = await call<StreamList>('GET', '/api/v1/streams', {
        keyed: true,
        init: { headers: { 'x-viewer-id': viewer } },
      });
      setAnswer({ viewer, streams });
      setError(undefined);
    } catch (failure) {
      setError((failure as Error).message);
    }
  }

  return (
    <form onSubmit={submit} class="lookup">
      <label for="viewer">Streams of a user</label>
      <div class="field">
        <input id="viewer" name="viewer" required pattern="[A-Za-z0-9._\-]{1,64}" autocomplete="off" />
        <button type="submit">Look up</button>
      </div>
      <p role="status" class={error ? 'field-error' : 'quiet'}>
        {error ?? (answer ? describe(answer.viewer, answer.streams) : '')}
      </p>
    </form>
  );
}

function describe(viewer: string, { active, limit, items }: StreamList): string {
  const names = items.map(({ video_name, stream_id }) => video_name ?? stream_id).join(', ');
  return `${viewer} watches ${active} of ${limit}${names ? `: ${names}` : ''}`;
}
