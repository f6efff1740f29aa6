import type { Client, Step } from './client.ts';
import { type Journey, limit, property, stream } from './user-journeys.ts';

export const scenarioNames = ['mixed', 'page', 'api'] as const;
export type ScenarioName = (typeof scenarioNames)[number];

export interface Scenario {
  /** They are run in turn, again and again, so that the mix of requests is the same in every run. */
  readonly journeys: readonly Journey[];
  readonly needsKey: boolean;
}

const page: Journey = {
  name: 'page',
  requests: 1,
  needsUser: false,
  run: async ({ client, due }) => void (await client.send(pageStep, due)),
};

const pageStep: Step = {
  name: 'GET /page',
  method: 'GET',
  path: '/page',
  expect: [200],
  check: ({ text }) =>
    text.includes('<h1>The saved string is ') ? undefined : 'the page has no <h1>The saved string is …',
};

const ratesPath = '/rates?date_from=2021-01-01&date_to=2021-01-31&orig_code=CNGGZ&dest_code=EETLL';

/** @param status of the target's answers: 404 when no prices are loaded */
function rates(status: number): Journey {
  const step: Step = {
    name: 'GET /rates',
    method: 'GET',
    path: ratesPath,
    expect: [status],
    check: ({ text }) =>
      status === 200 && (JSON.parse(text) as { rates: unknown[] }).rates.length !== 31
        ? 'not 31 days'
        : undefined,
  };
  return {
    name: 'rates',
    requests: 1,
    needsUser: false,
    run: async ({ client, due }) => void (await client.send(step, due)),
  };
}

/** The status that the target answers to the query for rates: 200, or 404 when no prices are loaded. */
export async function probeRates(client: Client): Promise<number> {
  const { status, text } = await client.ask({ method: 'GET', path: ratesPath });
  if (status !== 200 && status !== 404) throw new Error(`${ratesPath} answers ${status}: ${text}`);
  return status;
}

/** Of 40 requests: 8 pages, 10 on properties, 19 on streams, 3 on rates (`mixed`); `api` has no pages. */
export function scenarioOf(name: ScenarioName, ratesStatus: number): Scenario {
  if (name === 'page') return { journeys: [page], needsKey: false };
  const query = rates(ratesStatus);
  const api = [
    property,
    stream,
    query,
    property,
    stream,
    property,
    query,
    property,
    stream,
    property,
    query,
    limit,
  ];
  if (name === 'api') return { journeys: api, needsKey: true };
  const pages = api.length - 4;
  return { journeys: api.flatMap((journey, i) => (i < pages ? [page, journey] : [journey])), needsKey: true };
}

/** The distinct requests of a scenario, for `--dry-run`. */
export function describe(name: ScenarioName): string[] {
  const streams = ['POST', 'PUT', 'GET', 'DELETE'].map((m) => `${m} /api/v1/streams (x-viewer-id: load-…)`);
  const properties = ['PUT', 'GET'].map((m) => `${m} /api/v1/users/load-…/properties/…`);
  const setUp = 'POST, in the end DELETE /api/v1/users/load-…';
  if (name === 'page') return ['GET /page'];
  const api = [setUp, ...properties, ...streams, `GET ${ratesPath}`];
  return name === 'api' ? api : ['GET /page', ...api];
}
