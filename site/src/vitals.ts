/**
 * Collects measurements of this page, and reports them when it is left: web vitals, and for each call of the service the
 * time that it took here, in the service and in its database (`Server-Timing`).
 */
interface RequestTiming {
  readonly route: string;
  readonly status: number;
  readonly duration_ms: number;
  readonly service_ms?: number;
  readonly database_ms?: number;
}

export type PageName = 'home' | 'player' | 'ops';

/** The service refuses reports beyond these limits. */
const maxRequests = 40;
const maxVitals = 10;
const maxDuration = 600_000;

/** Routes under way or not yet seen by the observer, by URL, in the order of the calls. */
const expected = new Map<string, string[]>();
let page: PageName = 'home';
let requests: RequestTiming[] = [];
let vitals: { name: string; value: number }[] = [];

/** Records that the next answer from this path belongs to the given route. */
export function measure(method: string, route: string, path: string): void {
  const url = new URL(path, location.href).href;
  const routes = expected.get(url) ?? [];
  // Only the last few are kept: a timing may never come, since the browser's buffer is bounded.
  expected.set(url, [...routes.slice(-4), `${method} ${route}`]);
}

export function startVitals(name: PageName): void {
  page = name;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) note(entry as PerformanceResourceTiming);
  }).observe({ type: 'resource', buffered: true });
  addEventListener('visibilitychange', () => document.visibilityState === 'hidden' && report());
  addEventListener('pagehide', report);
  // Loaded after the page itself; no measurement is lost, since the browser buffers them.
  void import('web-vitals').then(({ onCLS, onFCP, onINP, onLCP, onTTFB }) => {
    for (const on of [onCLS, onFCP, onINP, onLCP, onTTFB])
      on(({ name, value }) => vitals.push({ name, value: bounded(value) }));
  });
}

function note(entry: PerformanceResourceTiming): void {
  const route = expected.get(entry.name)?.shift();
  // An answer from the browser's own cache says nothing about the service.
  const cached = entry.transferSize === 0 && entry.decodedBodySize > 0;
  if (!route || cached || requests.length >= maxRequests) return;
  const server = Object.fromEntries(entry.serverTiming.map(({ name, duration }) => [name, duration]));
  const database_ms = server.db;
  requests.push({
    route,
    status: entry.responseStatus,
    duration_ms: bounded(entry.duration),
    ...(database_ms === undefined
      ? {}
      : { database_ms: bounded(database_ms), service_ms: bounded(database_ms + (server.app ?? 0)) }),
  });
}

function report(): void {
  if (requests.length + vitals.length === 0) return;
  const body = JSON.stringify({ page, vitals: vitals.slice(-maxVitals), requests });
  navigator.sendBeacon('/api/v1/vitals', new Blob([body], { type: 'application/json' }));
  requests = [];
  vitals = [];
}

function bounded(value: number): number {
  return Math.min(maxDuration, Math.round(value * 1000) / 1000);
}
