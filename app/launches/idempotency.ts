import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { invalid, Problem } from '../problem.ts';
import type { IdempotencyKey } from './records.ts';

/** For the OpenAPI document; what is wrong with the header is said by `idempotencyKey`. */
export const IdempotencyHeaders = Type.Object({
  'idempotency-key': Type.Optional(
    Type.String({
      description: 'A word of your own; a request that is repeated under it within 24 h is carried out once',
    }),
  ),
});

/**
 * The key under which a request is made, if any.
 * @param body what is asked for, in one spelling
 */
export function idempotencyKey(request: FastifyRequest, body: unknown): IdempotencyKey | undefined {
  const key = request.headers['idempotency-key'];
  if (key === undefined) return undefined;
  if (typeof key !== 'string' || !/^[!-~]{1,128}$/.test(key))
    throw invalid('headers.idempotency-key', 'must have 1 to 128 visible ASCII characters');
  return { key, body: JSON.stringify(body) };
}

export function anotherBody(): Problem {
  const message = 'was used for another request within the last 24 hours';
  return new Problem(422, `the idempotency key ${message}`, {
    errors: [{ field: 'headers.idempotency-key', message }],
  });
}
