import assert from 'node:assert/strict';
import { authorization } from '../../support/service.ts';

/** A service, wherever it runs. */
export interface Reachable {
  readonly url: string;
}

/** A call with the API key. @throws when the answer is not `status` */
export async function call(
  { url }: Reachable,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<{ readonly status: number; readonly json: unknown }> {
  const answer = await fetch(url + path, {
    method,
    headers: { authorization, 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  const isJson = answer.headers.get('content-type')?.includes('json');
  return { status: answer.status, json: isJson ? JSON.parse(text) : text };
}

const repository_url = 'https://github.com/acme/shop';
const asAnn = { 'x-viewer-id': 'ann' };

/** Has a service write something into each table; the rates are the jobs'. */
export async function writeData(service: Reachable): Promise<void> {
  const calls = [
    ['PUT', '/api/v1/page', { string: 'of the earlier release <&>' }],
    [
      'POST',
      '/api/v1/users',
      { username: 'ann', name: 'Ann', stream_limit: 2, properties: { team: 'Reds' } },
    ],
    ['POST', '/api/v1/users', { username: 'bob', email: 'bob@example.com' }],
    ['PUT', '/api/v1/users/bob/properties/height', 1.85],
    ['POST', '/api/v1/stream', { stream_id: 'one', video_name: 'Final', framerate: 25 }, asAnn],
    ['POST', '/api/v1/stream', { stream_id: 'two', size: '10 MB' }, asAnn],
    ['POST', '/api/v1/stream', { stream_id: 'home' }],
    ['POST', '/api/v1/vitals', { page: 'home', vitals: [{ name: 'LCP', value: 1200 }], requests: [] }],
    ['POST', '/api/v1/scans', { repository_url }, { 'idempotency-key': 'the-scan' }],
    [
      'POST',
      '/api/v1/jobs',
      { kind: 'fetch', arguments: { repository_url } },
      { 'idempotency-key': 'the-job' },
    ],
  ] as const;
  for (const [method, path, body, headers] of calls) {
    const { status, json } = await call(service, method, path, body, headers);
    assert.ok(status < 300, `${method} ${path}: ${status} ${JSON.stringify(json)}`);
  }
}

const reads: readonly (readonly [path: string, headers?: Record<string, string>])[] = [
  ['/page'],
  ['/api/v1/page'],
  ['/api/v1/users'],
  ['/api/v1/users/ann'],
  ['/api/v1/users/bob'],
  ['/api/v1/users/bob/properties/height'],
  ['/api/v1/players'],
  ['/api/v1/players/ann'],
  ['/api/v1/streams', asAnn],
  ['/api/v1/streams'],
  ['/api/v1/ingests'],
  ['/api/v1/ingests?state=rejected'],
  [`/api/v1/scans?repository_url=${encodeURIComponent(repository_url)}`],
  ['/api/v1/scans'],
  ['/api/v1/vitals?hours=1'],
];
/** Answers that are others a few minutes later: leases end, and measurements are of the last hour. */
const passing = ['/api/v1/streams', '/api/v1/vitals?hours=1'];

export interface Answer {
  readonly path: string;
  readonly status: number;
  readonly json: unknown;
}

export function answersOf(service: Reachable): Promise<Answer[]> {
  return Promise.all(
    reads.map(async ([path, headers]) => ({
      path,
      ...(await call(service, 'GET', path, undefined, headers)),
    })),
  );
}

export async function lastingAnswersOf(service: Reachable): Promise<Answer[]> {
  return (await answersOf(service)).filter(({ path }) => !passing.includes(path));
}

/** Holds the answers of this release to those of the earlier one: they may have more fields, and no others. */
export function compareAnswers(before: readonly Answer[], now: readonly Answer[]): void {
  assert.deepEqual(
    now.map(({ path, status }) => [path, status]),
    before.map(({ path, status }) => [path, status]),
  );
  for (const [i, { path, json }] of before.entries()) {
    const other = now[i]?.json;
    if (path.startsWith('/api/v1/vitals')) assert.deepEqual(reported(other), reported(json), path);
    else holds(json, other, path);
  }
}

/** What pages have reported; the service's own measurements go on. */
function reported(json: unknown): unknown[] {
  const { series } = json as { series: readonly { source: string; name: string; count: number }[] };
  const found = series.filter(({ source }) => source === 'vital');
  assert.ok(found.length > 0, 'no report is there');
  return found.map(({ name, count }) => ({ name, count }));
}

function holds(before: unknown, now: unknown, path: string): void {
  if (before === null || typeof before !== 'object') {
    assert.deepEqual(now, before, path);
    return;
  }
  if (Array.isArray(before)) assert.equal((now as unknown[]).length, before.length, path);
  for (const [name, value] of Object.entries(before))
    holds(value, (now as Record<string, unknown>)[name], `${path} ${name}`);
}
