import { STATUS_CODES } from 'node:http';
import { add, bucketOf, type Histogram } from './histogram.ts';

/**
 * - `service`: a route's answers as the service saw them, all of them
 * - `browser`: the same route as pages saw it, from request to last byte
 * - `vital`: a web vital of a page
 */
export const sources = ['service', 'browser', 'vital'] as const;
export type Source = (typeof sources)[number];

/** Measurements of one route or web vital over a time. In milliseconds; for layout shift in thousandths. */
export interface Series {
  count: number;
  sum: number;
  /** The part of `sum` within the service: all of it for the source `service`; for `browser`, what `Server-Timing` said. */
  service: number;
  /** The part of `service` spent waiting for the database. */
  database: number;
  histogram: Histogram;
  /** Answers by HTTP status. */
  statuses: Record<number, number>;
}

export interface Observation {
  readonly value: number;
  readonly service?: number | undefined;
  readonly database?: number | undefined;
  readonly status?: number | undefined;
}

export function emptySeries(): Series {
  return { count: 0, sum: 0, service: 0, database: 0, histogram: {}, statuses: {} };
}

export function observe(series: Series, { value, service = 0, database = 0, status }: Observation): void {
  const bucket = bucketOf(value);
  series.count++;
  series.sum += value;
  series.service += service;
  series.database += database;
  series.histogram[bucket] = (series.histogram[bucket] ?? 0) + 1;
  if (status === undefined) return;
  const counted = knownStatus(status);
  series.statuses[counted] = (series.statuses[counted] ?? 0) + 1;
}

/**
 * A status that HTTP does not know counts as its class, `n00`, as RFC 9110 lets clients read it. Pages may report any
 * number, and each status that is counted by itself takes room in every slot.
 */
function knownStatus(status: number): number {
  return status in STATUS_CODES ? status : Math.floor(status / 100) * 100;
}

export function merge(to: Series, from: Series): void {
  to.count += from.count;
  to.sum += from.sum;
  to.service += from.service;
  to.database += from.database;
  add(to.histogram, from.histogram);
  add(to.statuses, from.statuses);
}

/** Series by `<source> <name>`. */
export type SeriesMap = Map<string, Series>;

export function seriesOf(map: SeriesMap, source: Source, name: string): Series {
  const key = `${source} ${name}`;
  const found = map.get(key);
  if (found) return found;
  const series = emptySeries();
  map.set(key, series);
  return series;
}
