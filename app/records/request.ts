import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { Problem } from '../problem.ts';
import type { IdempotencyKey } from './records.ts';

export const IdempotencyHeaders = Type.Object({
  'idempotency-key': Type.Optional(
    Type.String({
      pattern: '^[!-~]{1,128}$',
      description:
        'A word of your own, 1 to 128 visible ASCII characters; a request that is repeated under it within 24 h is carried out once',
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
  return { key: String(key), body: JSON.stringify(body) };
}

export function anotherBody(): Problem {
  const message = 'was used for another request within the last 24 hours';
  return new Problem(422, `the idempotency key ${message}`, {
    errors: [{ field: 'headers.idempotency-key', message }],
  });
}
