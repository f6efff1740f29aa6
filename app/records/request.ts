import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { Item } from '../../data/dynamodb/errors.ts';
import { notFound, Problem } from '../problem.ts';
import type { IdempotencyKey, Records } from './store.ts';

export const RecordId = Type.String({ pattern: '^[A-Za-z0-9-]{1,64}$' });
export const RecordParams = Type.Object({ id: RecordId });

export const IdempotencyHeaders = Type.Object({
  'idempotency-key': Type.Optional(
    Type.String({
      pattern: '^[!-~]{1,128}$',
      description:
        'A text of your choice, 1 to 128 visible ASCII characters; a request that is repeated with it within 24 h is carried out once',
    }),
  ),
});

/** One kind of record that callers request, and what starts its execution. */
export interface Requested<T> {
  readonly name: 'scan' | 'job';
  readonly records: Records<T>;
  readonly start: (record: T) => Promise<void>;
}

/**
 * Saves what a caller requests, unless the request's idempotency key stands for a record already, and starts it.
 * @param item the record to save
 * @param body what the caller asks for; two requests for the same must give the same JSON
 * @throws Problem 422 when the key was used for another request
 */
export async function takeRequest<T extends { readonly id: string; readonly status: string }>(
  request: FastifyRequest,
  { name, records, start }: Requested<T>,
  item: Item,
  body: unknown,
): Promise<T> {
  const record = await createOnce(request, { name, records }, item, body);
  if (record.status === 'queued') {
    // The record is saved, so an error here is no error of the request: start-pending.ts starts the record later.
    await start(record).catch((error) =>
      request.log.warn(
        { err: error, [name]: record.id },
        `the ${name} is saved but could not be started; it is tried again within 35 s`,
      ),
    );
  }
  return record;
}

/**
 * Saves what a caller requests. @returns the record, the earlier one where the request's idempotency key stands for one
 * @throws Problem 422 when the key was used for another request
 */
export async function createOnce<T>(
  request: FastifyRequest,
  { name, records }: { readonly name: string; readonly records: Pick<Records<T>, 'create'> },
  item: Item,
  body: unknown,
): Promise<T> {
  const record = await records.create(item, idempotencyKey(request, body));
  if (record === 'another body') throw anotherBody();
  if (!record) throw notFound(`the ${name} that this idempotency key stands for`);
  return record as T;
}

function idempotencyKey(request: FastifyRequest, body: unknown): IdempotencyKey | undefined {
  const key = request.headers['idempotency-key'];
  if (key === undefined) return undefined;
  return { key: String(key), body: JSON.stringify(body) };
}

function anotherBody(): Problem {
  const message = 'was used for another request within the last 24 hours';
  return new Problem(422, `the idempotency key ${message}`, {
    errors: [{ field: 'headers.idempotency-key', message }],
  });
}
