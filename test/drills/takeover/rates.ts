import assert from 'node:assert/strict';
import { pricesCsv } from '../../../local/commands/sample/prices.ts';
import { allRows, bruteForce } from '../../support/brute-force.ts';
import { sampleLanes } from '../../support/sample-lanes.ts';
import { call, type Reachable } from './data.ts';

const [from, to] = ['2021-01-01', '2021-02-28'];

/** Files that count now. */
export interface Content {
  readonly regions: string;
  readonly ports: string;
  readonly prices: readonly string[];
}

export const prices = (rows: number, day: string) =>
  [...pricesCsv({ rows, seed: 1, lanes: 12, from: day })].join('');

type Rates = readonly {
  readonly day: string;
  readonly price: number | null;
  readonly count: number | null;
}[];

export async function ratesOf(service: Reachable): Promise<Record<string, string>> {
  const answers: Record<string, string> = {};
  for (const [orig, dest] of sampleLanes) {
    const query = new URLSearchParams({ date_from: from, date_to: to, orig_code: orig, dest_code: dest });
    const { status, json } = await call(service, 'GET', `/rates?${query}`);
    assert.equal(status, 200, JSON.stringify(json));
    answers[`${orig} ${dest}`] = textOf((json as { rates: Rates }).rates);
  }
  return answers;
}

/** What the service must answer, from the rows alone. */
export function expected({ regions, ports, prices }: Content): Record<string, string> {
  const rows = allRows(regions, ports, prices);
  return Object.fromEntries(
    sampleLanes.map(([orig, dest]) => [`${orig} ${dest}`, textOf(bruteForce(rows, orig, dest, from, to))]),
  );
}

/** The earlier release says 0 of a day whose prices were all retracted, which this one does not count. */
function textOf(rates: Rates): string {
  return rates
    .filter(({ count }) => count)
    .map(({ day, price, count }) => `${day} ${price} ${count}`)
    .join();
}
