import assert from 'node:assert/strict';
import { exercisePage } from '../../support/page-clients.ts';
import { findViolation } from '../../support/register-checker.ts';
import type { Service } from '../../support/service.ts';
import { call } from './data.ts';

const attempts = 24;
const limit = 3;
let viewers = 0;

type Held = { readonly items: readonly { readonly stream_id: string }[] };

/** Requests of one viewer over all services at once: three streams are admitted, wherever they are asked for, renewed,
 * listed and released. @returns the number of requests */
export async function exerciseLimits(services: readonly Service[]): Promise<number> {
  const as = { 'x-viewer-id': `viewer-${++viewers}` };
  const at = (i: number) => services[i % services.length] as Service;
  let requests = 0;
  const ask = (i: number, method: string, path: string, body?: unknown) => {
    requests++;
    return call(at(i), method, path, body, as);
  };
  const acquire = (ids: readonly string[]) =>
    Promise.all(
      ids.map(async (stream_id, i) => {
        for (;;) {
          const { status } = await ask(i, 'POST', '/api/v1/stream', { stream_id });
          // A busy database decides nothing, and the same stream asks again.
          if (status !== 503) return { stream_id, status };
        }
      }),
    );
  const held = async (i: number) => {
    const { json } = await ask(i, 'GET', '/api/v1/streams');
    return (json as Held).items.map(({ stream_id }) => stream_id).sort();
  };

  const first = await acquire(Array.from({ length: attempts }, (_, i) => `a${i}`));
  const admitted = first.filter(({ status }) => status === 201).map(({ stream_id }) => stream_id);
  assert.equal(admitted.length, limit, `${as['x-viewer-id']} holds ${admitted}`);
  for (const i of services.keys()) assert.deepEqual(await held(i), admitted.sort());
  for (const [i, id] of admitted.entries())
    assert.equal((await ask(i + 1, 'PUT', `/api/v1/streams/${id}`)).status, 200, 'a heartbeat elsewhere');
  assert.equal((await ask(2, 'DELETE', `/api/v1/streams/${admitted[0]}`)).status, 204);
  const second = await acquire(Array.from({ length: attempts }, (_, i) => `b${i}`));
  assert.equal(second.filter(({ status }) => status === 201).length, 1, 'one is free, so one is admitted');
  for (const i of services.keys()) assert.equal((await held(i)).length, limit);
  return requests;
}

let pages = 0;
/** The page over all services at once is one register. @returns the number of operations */
export async function exerciseRegister(services: readonly Service[]): Promise<number> {
  const initial = `before-${++pages}`;
  assert.equal((await call(services[0] as Service, 'PUT', '/api/v1/page', { string: initial })).status, 200);
  const urls = services.map(
    ({ url }) =>
      () =>
        url,
  );
  const { history } = await exercisePage(urls, { clients: 8, operationsPerClient: 25, seed: pages });
  assert.equal(findViolation(history, initial), undefined);
  return history.length;
}
