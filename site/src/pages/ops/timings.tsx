import { useState } from 'preact/hooks';
import { milliseconds } from '../../parts/format.ts';
import { Scroll } from '../../parts/scroll.tsx';
import { Chart } from './chart.tsx';
import type { TimingReport, TimingSeries, TimingsState } from './use-timings.ts';

const vitals: Record<string, { readonly label: string; readonly good: number }> = {
  LCP: { label: 'Largest paint', good: 2500 },
  FCP: { label: 'First paint', good: 1800 },
  INP: { label: 'Interaction', good: 200 },
  CLS: { label: 'Layout shift', good: 100 },
  TTFB: { label: 'First byte', good: 800 },
};

/** How long routes take, as browsers and the service measure them, and the web vitals of each page. */
export function Timings({ timings: { data, error } }: { readonly timings: TimingsState }) {
  const [source, setSource] = useState<'browser' | 'service'>('service');
  const [chosen, setChosen] = useState<string>();
  const routes = data?.series.filter((series) => series.source === source) ?? [];
  const slowestFirst = [...routes].sort((a, b) => b.p95 - a.p95);
  const selected = slowestFirst.find(({ name }) => name === chosen) ?? slowestFirst[0];
  const longest = Math.max(1, ...routes.map(({ mean }) => mean));

  return (
    <section class="card" aria-labelledby="timings-title">
      <div class="title-row">
        <h2 id="timings-title">Where time goes</h2>
        <fieldset class="switch">
          <legend class="hidden">Seen by</legend>
          {(['service', 'browser'] as const).map((each) => (
            <label key={each}>
              <input type="radio" name="source" checked={source === each} onChange={() => setSource(each)} />
              <span>{each === 'service' ? 'the service' : 'browsers'}</span>
            </label>
          ))}
        </fieldset>
      </div>
      <p class="quiet">
        The last three hours, slowest first. Half of the answers took p50 or less, 95 % took p95 or less.
      </p>
      {error && <p role="alert">{error.message}</p>}
      {data && routes.length === 0 && (
        <p class="quiet">Nothing is measured yet. Browsers report when a page is left.</p>
      )}
      {data && selected && <RouteChart series={selected} span={data} />}
      <Scroll label="Timings by route">
        <table class="timings">
          <thead>
            <tr>
              <th scope="col">Route</th>
              <th scope="col">Mean: network, service, database</th>
              <th scope="col" class="number">
                p50
              </th>
              <th scope="col" class="number">
                p95
              </th>
              <th scope="col" class="number">
                Answers
              </th>
            </tr>
          </thead>
          <tbody>
            {slowestFirst.map((series) => (
              <tr key={series.name} class={series === selected ? 'selected' : ''}>
                <th scope="row">
                  <button
                    type="button"
                    class="link"
                    aria-pressed={series === selected}
                    onClick={() => setChosen(series.name)}
                  >
                    {series.name}
                  </button>
                </th>
                <td>
                  <Shares series={series} longest={longest} />
                </td>
                <td class="number">{milliseconds(series.p50)}</td>
                <td class="number">{milliseconds(series.p95)}</td>
                <td class="number">{answers(series)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      <h3>Web vitals</h3>
      {data && <Vitals report={data} />}
    </section>
  );
}

interface RouteChartProps {
  readonly series: TimingSeries;
  readonly span: TimingReport;
}

function RouteChart({ series: { name, slots }, span }: RouteChartProps) {
  return (
    <figure>
      <figcaption>
        <strong>{name}</strong>
        <span class="legend">
          <span class="key p95">p95</span> <span class="key p50">p50</span>
        </span>
      </figcaption>
      <Chart
        label={`Course of ${name}: p95 ${slots.map(({ p95 }) => milliseconds(p95)).join(', ')}`}
        height={150}
        span={span}
        axes
        times={slots.map(({ start }) => Date.parse(start) / 1000)}
        lines={[
          { label: 'p95', color: 'warning', values: slots.map(({ p95 }) => p95) },
          { label: 'p50', color: 'accent', values: slots.map(({ p50 }) => p50) },
        ]}
      />
    </figure>
  );
}

/** The mean as a bar of three parts: network and queue, the service itself, and its database. */
function Shares({ series, longest }: { readonly series: TimingSeries; readonly longest: number }) {
  const { mean, service_mean } = series;
  // Reads that a request makes at the same time add up to more than it took.
  const database = Math.min(series.database_mean, service_mean);
  const own = service_mean - database;
  const network = Math.max(0, mean - service_mean);
  const percent = (value: number) => `${(value / longest) * 100}%`;
  const parts = [
    ['network', network],
    ['service', own],
    ['database', database],
  ] as const;
  const text = parts.map(([name, value]) => `${name} ${milliseconds(value)}`).join(', ');
  return (
    <span class="shares" role="img" aria-label={text} title={text}>
      {parts.map(([name, value]) => (
        <span key={name} class={name} style={{ width: percent(value) }} />
      ))}
    </span>
  );
}

function answers({ count, statuses }: TimingSeries): string {
  const failed = Object.entries(statuses).reduce(
    (sum, [status, n]) => (Number(status) >= 500 || status === '0' ? sum + n : sum),
    0,
  );
  return failed > 0 ? `${count.toLocaleString('en')}, ${failed} failed` : count.toLocaleString('en');
}

function Vitals({ report }: { readonly report: TimingReport }) {
  const known = report.series.filter(
    ({ source, name }) => source === 'vital' && (name.split(' ')[1] ?? '') in vitals,
  );
  if (known.length === 0) return <p class="quiet">No page has reported yet.</p>;
  return (
    <ul class="vitals">
      {known
        .toSorted((a, b) => a.name.localeCompare(b.name))
        .map(({ name, p75, count, slots }) => {
          const [page, vital = ''] = name.split(' ');
          const { label, good } = vitals[vital] as { label: string; good: number };
          const value = vital === 'CLS' ? (p75 / 1000).toFixed(3) : milliseconds(p75);
          return (
            <li key={name}>
              <small>{page}</small>
              <span>{label}</span>
              <strong class={p75 <= good ? 'good' : 'warning'}>{value}</strong>
              <small>p75 of {count}</small>
              <Chart
                label={`Course of ${name}`}
                height={32}
                span={report}
                times={slots.map(({ start }) => Date.parse(start) / 1000)}
                lines={[{ label: vital, color: 'accent', values: slots.map(({ p50 }) => p50) }]}
              />
            </li>
          );
        })}
    </ul>
  );
}
