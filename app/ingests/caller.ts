import type { FastifyRequest } from 'fastify';

/** Who sends a request, as the ledger keeps it: the address, where it is known, and the request's id, which is in the
 * service's log. Never the API key. */
export function callerOf(request: FastifyRequest): string {
  return [addressOf(request), `request ${request.id}`].filter(Boolean).join(', ');
}

function addressOf(request: FastifyRequest): string | undefined {
  try {
    return request.clientAddress();
  } catch {
    // Past the CDN the address is not known; that must not refuse a request that has the API key.
    return undefined;
  }
}
