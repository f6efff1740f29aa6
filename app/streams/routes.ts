import { randomUUID } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { App } from '../instance.ts';
import { linksTo } from '../links.ts';
import { sendProblem } from '../plugins/problem-details.ts';
import { invalid, Problem } from '../problem.ts';
import { problemResponses, RetryAfter, withHeaders } from '../schema.ts';
import { refuseForeignPages } from './foreign-page.ts';
import type { Lease, StreamDetails } from './leases.ts';
import { addressViewer, userViewer, wholeAddress } from './limit.ts';
import {
  HeldStream,
  maxBodyBytes,
  maxDetailsBytes,
  NewStream,
  ReleasedStream,
  StreamList,
  StreamParams,
  ViewerHeaders,
} from './schema.ts';
import type { Decision, Holding, StreamStore } from './store.ts';

interface Options {
  readonly store: StreamStore;
  readonly heartbeatSeconds: number;
  /** See `addressViewer`. */
  readonly ipv6Prefix: number;
}

/** Only requests with `x-viewer-id` need the API key. */
const security: Record<string, string[]>[] = [{}, { apiKey: [] }];
const common = { tags: ['streams'], headers: ViewerHeaders, security };

export async function streamRoutes(app: App, options: Options): Promise<void> {
  const { store, heartbeatSeconds, ipv6Prefix } = options;

  /** The viewer: the user that a caller with the API key names, else the client address. */
  function viewerOf(request: FastifyRequest, prefix = ipv6Prefix): string {
    const id = request.headers['x-viewer-id'];
    if (id === undefined) return addressViewer(request.clientAddress(), prefix);
    app.checkApiKey(request);
    return userViewer(String(id));
  }

  /**
   * The viewer, and the viewer as earlier releases knew it, which counted IPv6 by whole addresses. So streams that were
   * started before an update can be renewed and stopped after it. Leases under the old key are not counted, and none is
   * added.
   */
  function viewersOf(request: FastifyRequest): Set<string> {
    return new Set([viewerOf(request), viewerOf(request, wholeAddress)]);
  }

  async function release(request: FastifyRequest, id: string): Promise<void> {
    for (const viewer of viewersOf(request)) await store.release(viewer, id);
  }

  function held(id: string, { expires, active, limit }: Holding) {
    const expires_at = new Date(expires).toISOString();
    return { stream_id: id, expires_at, heartbeat_interval_s: heartbeatSeconds, active, limit };
  }

  app.get(
    '/api/v1/streams',
    {
      schema: {
        ...common,
        operationId: 'listStreams',
        summary: 'What this viewer watches now',
        response: { 200: StreamList, ...problemResponses(400, 401, 403, 503) },
      },
    },
    async (request, reply) => {
      const { limit, active } = await store.read(viewerOf(request));
      return reply
        .header('cache-control', 'no-store')
        .send({ limit, active: active.length, items: active.map(toStream) });
    },
  );

  // The singular path is the one that was asked for; the plural is the one that a REST client would guess.
  const paths = { startStream: '/api/v1/stream', startOneOfStreams: '/api/v1/streams' };
  for (const [operationId, path] of Object.entries(paths)) {
    app.post(
      path,
      {
        bodyLimit: maxBodyBytes,
        onRequest: refuseForeignPages,
        // Every field is optional, and so is the body.
        preValidation: async (request) => {
          if (request.jsonText === '') request.body = {};
        },
        config: { bodyOptional: true },
        // When the database's answer was lost, the stream may be held, and would count until its lease ends. So an error
        // names it.
        errorHandler: (error, request, reply) => {
          const { stream_id } = (request.body ?? {}) as { stream_id?: string };
          return sendProblem(error, request, reply, { stream_id });
        },
        schema: {
          ...common,
          operationId,
          summary: "Start watching a stream, if the viewer's limit allows one more",
          description:
            `A stream is held for a lease and kept by heartbeats every ${heartbeatSeconds} s. A 503 names the ` +
            '`stream_id` that may be held all the same: POST it again, or DELETE it.',
          body: NewStream,
          response: {
            200: Type.Union([HeldStream, ReleasedStream]),
            201: HeldStream,
            ...problemResponses(400, 401, 403, 503),
            409: withHeaders(problemResponses(409)[409] as never, RetryAfter),
          },
        },
        links: { 201: linksTo(['heartbeat', 'stopStream'], { id: '$response.body#/stream_id' }) },
      },
      async (request, reply) => {
        const viewer = viewerOf(request);
        const { stream_id, replaces = [], ...given } = request.body;
        const details = withoutNulls(given);
        if (details.video_ended) {
          if (stream_id !== undefined) await release(request, stream_id);
          return reply.send({ released: true as const });
        }
        checkSize(details);
        const id = stream_id ?? randomUUID();
        request.body.stream_id = id;
        const decision = await store.acquire(viewer, { id, details, replaces });
        if (decision.outcome === 'denied') throw limitReached(decision);
        return reply.code(decision.outcome === 'acquired' ? 201 : 200).send(held(id, decision));
      },
    );
  }

  app.put(
    '/api/v1/streams/:id',
    {
      bodyLimit: maxBodyBytes,
      schema: {
        ...common,
        operationId: 'heartbeat',
        summary: 'Heartbeat: this stream is still watched',
        params: StreamParams,
        response: { 200: HeldStream, ...problemResponses(400, 401, 403, 410, 503) },
      },
    },
    async (request) => {
      const { id } = request.params;
      for (const viewer of viewersOf(request)) {
        const holding = await store.renew(viewer, id);
        if (holding) return held(id, holding);
      }
      throw new Problem(410, 'the stream has expired, was stopped or was taken over; start it anew to go on');
    },
  );

  app.delete(
    '/api/v1/streams/:id',
    {
      bodyLimit: maxBodyBytes,
      schema: {
        ...common,
        operationId: 'stopStream',
        summary: 'Stop watching a stream',
        params: StreamParams,
        response: { 204: Type.Null(), ...problemResponses(400, 401, 403, 503) },
      },
    },
    async (request, reply) => {
      await release(request, request.params.id);
      return reply.code(204).send(null);
    },
  );
}

function withoutNulls(given: StreamDetails): StreamDetails {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null));
}

/** @throws Problem 400 when 100 leases with details of this size would not fit into a viewer's item. */
function checkSize(details: StreamDetails): void {
  const size = Buffer.byteLength(JSON.stringify(details));
  if (size > maxDetailsBytes)
    throw invalid('body', `has details of ${size} bytes as JSON; at most ${maxDetailsBytes} can be kept`);
}

function toStream({ id, expires, details }: Lease) {
  return { ...details, stream_id: id, expires_at: new Date(expires).toISOString() };
}

function limitReached({ limit, active }: Decision & { outcome: 'denied' }): Problem {
  const firstEnd = Math.min(...active.map((lease) => lease.expires), Date.now() + 60_000);
  const seconds = Math.max(1, Math.ceil((firstEnd - Date.now()) / 1000));
  return new Problem(409, `this viewer already watches ${active.length} of at most ${limit} streams`, {
    headers: { 'retry-after': String(seconds) },
    extensions: { limit, active: active.length, active_streams: active.map(toStream) },
  });
}
