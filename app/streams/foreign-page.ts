import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyRequest } from 'fastify';
import { Problem } from '../problem.ts';

/**
 * `onRequest` hook against pages of other origins, which could use up their visitors' streams. Browsers send a POST
 * without JSON for any page; before one with JSON they ask the service, which allows no other origin.
 * @throws Problem 403
 */
export async function refuseForeignPages({ headers }: FastifyRequest): Promise<void> {
  if (/^application\/json\b/i.test(headers['content-type'] ?? '') || !isOfForeignPage(headers)) return;
  throw new Problem(
    403,
    'a page of another origin cannot start a stream; other callers send application/json',
  );
}

/** Browsers send the relation of page and service as `Sec-Fetch-Site`; those before 2023 send only the page's `Origin`.
 * Callers that are not browsers send neither. */
function isOfForeignPage(headers: IncomingHttpHeaders): boolean {
  const relation = headers['sec-fetch-site'];
  if (relation !== undefined) return relation !== 'same-origin' && relation !== 'none';
  const { origin, host } = headers;
  return origin !== undefined && (!URL.canParse(origin) || new URL(origin).host !== host);
}
