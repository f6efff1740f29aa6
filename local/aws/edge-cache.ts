import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { type Caching, caching as ours } from '../../contract/caching.ts';

/** CloudFront's rules for errors, by status: those that it always keeps, those that it keeps when `Cache-Control` has an
 * age, those for which it respects `no-store`; and the seconds for which it keeps an error by default. */
const errorsKept = [404, 405, 410, 414, 500, 501, 502, 503, 504];
const errorsKeptByAge = [400, 403, 412, 415];
const errorsNotStored = [404, 410, 414, 501];
const errorSeconds = 10;
/** The most answers that are kept; a further one removes the oldest. */
const maxAnswers = 1000;

interface Kept {
  readonly status: number;
  readonly headers: ReturnType<FastifyReply['getHeaders']>;
  readonly body: Buffer;
  /** Milliseconds since 1970. */
  readonly since: number;
  readonly until: number;
}

export interface EdgeCacheOptions {
  readonly caching?: Caching;
  readonly now?: () => number;
}

/**
 * Makes a part of the gateway keep answers as CloudFront keeps those of the service, errors included, by the same
 * settings. It does less than CloudFront in two points: concurrent requests for an answer that is not kept all reach the
 * service, and an expired answer is never used.
 */
export function addEdgeCache(part: FastifyInstance, options: EdgeCacheOptions = {}): void {
  const { caching = ours, now = Date.now } = options;
  const answers = new Map<string, Kept>();

  part.addHook('onRequest', async ({ method, url, headers }, reply) => {
    const kept = answers.get(keyOf(method, url, headers, caching));
    if (!kept || kept.until <= now()) return;
    const age = Math.floor((now() - kept.since) / 1000);
    return reply.code(kept.status).headers(kept.headers).header('age', age).send(kept.body);
  });

  part.addHook('onSend', async ({ method, url, headers }, reply, payload) => {
    if (!['GET', 'HEAD'].includes(method) || reply.hasHeader('age')) return payload;
    const seconds = secondsKept(reply.statusCode, String(reply.getHeader('cache-control') ?? ''), caching);
    if (seconds === 0) return payload;
    const body = typeof payload === 'string' ? Buffer.from(payload) : await buffer(payload as Readable);
    const key = keyOf(method, url, headers, caching);
    const since = now();
    answers.delete(key);
    answers.set(key, {
      status: reply.statusCode,
      headers: { ...reply.getHeaders() },
      body,
      since,
      until: since + seconds * 1000,
    });
    if (answers.size > maxAnswers) answers.delete(answers.keys().next().value as string);
    return body;
  });
}

function keyOf(
  method: string,
  url: string,
  headers: IncomingHttpHeaders,
  { servicePolicy }: Caching,
): string {
  const { queryStringsConfig, headersConfig, cookiesConfig } =
    servicePolicy.parametersInCacheKeyAndForwardedToOrigin;
  const [path, query] = url.split('?', 2);
  return JSON.stringify([
    method,
    path,
    queryStringsConfig.queryStringBehavior === 'all' && query,
    (headersConfig.headers?.items ?? []).map((name) => headers[name.toLowerCase()]),
    cookiesConfig.cookieBehavior === 'all' && headers.cookie,
  ]);
}

/** The seconds for which CloudFront keeps an answer. */
export function secondsKept(status: number, cacheControl: string, caching: Caching): number {
  const { minTtl, defaultTtl, maxTtl } = caching.servicePolicy;
  const age = ageOf(cacheControl);
  const forbidden = /\b(no-store|no-cache|private)\b/i.test(cacheControl);
  if (status === 200) return forbidden ? minTtl : Math.max(minTtl, Math.min(age ?? defaultTtl, maxTtl));
  if (forbidden && errorsNotStored.includes(status)) return 0;
  if (!errorsKept.includes(status) && (age === undefined || !errorsKeptByAge.includes(status))) return 0;
  const custom = caching.customErrorResponses.find(({ errorCode }) => errorCode === status);
  return Math.max(custom?.errorCachingMinTtl ?? errorSeconds, Math.min(age ?? 0, maxTtl));
}

/** Seconds. `s-maxage` comes first: it is meant for shared caches such as this one. */
function ageOf(cacheControl: string): number | undefined {
  const seconds = (name: string) => new RegExp(`\\b${name}=(\\d+)`, 'i').exec(cacheControl)?.[1];
  const age = seconds('s-maxage') ?? seconds('max-age');
  return age === undefined ? undefined : Number(age);
}
