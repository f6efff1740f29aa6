import { createStreamStore } from '../../app/streams/store.ts';
import type { TestApp } from './app.ts';
import { plainClient } from './clients.ts';

/** How tests of the stream limiter call it. To be called in a `describe`. */
export function streamCalls(get: () => TestApp) {
  /** Each test has an address and users of its own, so that all can share the service. */
  let number = 0;
  beforeEach(() => {
    number++;
  });
  const address = () => `192.0.2.${number}`;
  const own = (username: string) => `${username}-${number}`;

  const streams = '/api/v1/streams';
  /** An anonymous viewer, unless `viewer` names a user: that needs the key. */
  const identity = (viewer?: string) => ({
    remoteAddress: address(),
    headers: viewer ? { 'x-viewer-id': own(viewer) } : { authorization: '' },
  });
  const start = (payload: object = {}, viewer?: string, url = '/api/v1/stream') =>
    get().call({ method: 'POST', url, payload, ...identity(viewer) });
  const list = async (viewer?: string) => (await get().call({ url: streams, ...identity(viewer) })).json();
  const beat = (id: string, viewer?: string) =>
    get().call({ method: 'PUT', url: `${streams}/${id}`, ...identity(viewer) });
  const stop = (id: string, viewer?: string) =>
    get().call({ method: 'DELETE', url: `${streams}/${id}`, ...identity(viewer) });
  const setLimit = (username: string, stream_limit: number | null) =>
    get().call({ method: 'PATCH', url: `/api/v1/users/${own(username)}`, payload: { stream_limit } });
  const createUser = (username: string, stream_limit?: number) =>
    get().call({ method: 'POST', url: '/api/v1/users', payload: { username: own(username), stream_limit } });
  const statuses = async (ids: string[], viewer?: string) => {
    const answers = [];
    for (const stream_id of ids) answers.push((await start({ stream_id }, viewer)).statusCode);
    return answers;
  };
  /** Leases of `viewer` that are over already, as crashed players leave them behind. */
  const leaveExpired = async (viewer: string, ...ids: string[]) => {
    const client = plainClient(get().tables.endpoint);
    const store = createStreamStore(client, get().tables.streams, 0);
    for (const id of ids) await store.acquire(viewer, { id, details: {}, replaces: [] });
    client.destroy();
  };

  return { address, own, start, list, beat, stop, setLimit, createUser, statuses, leaveExpired };
}
