import { type TSchema, Type } from 'typebox';

/** Schemas that several capabilities share. Lengths are in characters (code points). */

/** Names of users and keys of properties, without `.`, `..` and `__proto__`: in URLs and JavaScript objects those mean
 * something else. */
export const namePattern = '^(?!\\.{1,2}$|__proto__$)[A-Za-z0-9._-]{1,64}$';
export const Name = Type.String({ pattern: namePattern });

/** An instant, ISO 8601 in UTC. */
export const Timestamp = Type.String({ format: 'date-time' });

/** Page size of a list; a string, since values of a query are not converted. */
export const Limit = Type.String({
  pattern: '^([1-9][0-9]?|100)$',
  description: 'How many items to return at most, 1 to 100; 20 unless set',
});
export const defaultLimit = 20;

export const Cursor = Type.String({
  pattern: '^[A-Za-z0-9_-]{1,1024}$',
  description: '`next_cursor` of the page before; a cursor of another list answers 404',
});

/** A calendar day in UTC. */
export const Day = Type.String({ format: 'date', description: 'A calendar day in UTC, `YYYY-MM-DD`' });

export const ProblemSchema = Type.Object(
  {
    type: Type.String(),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.String(),
    errors: Type.Optional(Type.Array(Type.Object({ field: Type.String(), message: Type.String() }))),
  },
  { additionalProperties: true, description: 'RFC 9457 problem details' },
);

export const RetryAfter = { 'Retry-After': Type.String({ pattern: '^[0-9]+$', description: 'In seconds' }) };

/** Headers that answers of a status always have. */
const statusHeaders: Record<number, Record<string, TSchema>> = {
  401: {
    'WWW-Authenticate': Type.String({
      pattern: '^Bearer ',
      description: 'RFC 6750; has `error="invalid_token"` when a key was sent and is wrong',
    }),
  },
  503: RetryAfter,
};

const meanings: Record<number, string> = {
  400: 'The request is invalid; `errors` names every invalid field',
  401: 'The API key is missing or wrong',
  403: 'The service was called past its CDN, or by a page of another origin',
  404: 'What the path names does not exist',
  409: 'The request conflicts with what is stored',
  410: 'What the path names has expired',
  413: 'The body is too large',
  415: 'The body has a content type that is not listed above',
  412: 'What the path names has changed since the ETag in `If-Match`',
  422: 'The idempotency key was used for another request',
  503: 'The database or the bucket does not answer, or the process drains; try again after `Retry-After` seconds',
};

/** OpenAPI entries of the given error statuses. Problems are serialized by the error handler, not by these schemas. */
export function problemResponses(...statuses: number[]) {
  return Object.fromEntries(
    statuses.map((status) => [
      status,
      {
        description: meanings[status] ?? 'Error',
        ...(statusHeaders[status] ? { headers: statusHeaders[status] } : {}),
        content: { 'application/problem+json': { schema: ProblemSchema } },
      },
    ]),
  );
}

/** The schema of an answer, and the headers that it always has. */
export function withHeaders<T extends TSchema>(schema: T, headers: Readonly<Record<string, TSchema>>): T {
  return { ...schema, headers };
}

export const ETag = { ETag: Type.String({ pattern: '^"[!#-~]*"$', description: 'For `If-Match`' }) };
export const Location = {
  Location: Type.String({ pattern: '^/', description: 'Path at which it can be read' }),
};

/** Sent as `undefined`: `null` would be written as JSON, and proxies would wait for its four bytes. */
export const NotModified = withHeaders(Type.Unsafe<undefined>(Type.Null()), ETag);
