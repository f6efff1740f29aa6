import { METHODS } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import httpProxy from '@fastify/http-proxy';
import fastifyStatic from '@fastify/static';
import Fastify, {
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  type HTTPMethods,
  type RawServerBase,
  type RouteGenericInterface,
} from 'fastify';
import { sendConnectionProblem, sendProblem } from '../../app/plugins/problem-details.ts';
import {
  contentSecurityPolicy,
  uploadedContentSecurityPolicy,
} from '../../contract/content-security-policy.ts';
import { immutableDirectory, mediaPath, servicePaths, siteDirectory } from '../../contract/site.ts';
import { addEdgeCache, type EdgeCacheOptions } from './edge-cache.ts';

/** What answers below each of these is the service; its probes the CDN does not know. */
const servicePrefixes = [
  ...servicePaths.map((path) => path.replace(/\/\*$/, '')),
  '/livez',
  '/healthz',
  '/readyz',
];

/** Where requests go. */
export interface Upstreams {
  /** Asked at every request, since the service has another port after each start; undefined while it has none. */
  readonly service: () => string | undefined;
  /** The buckets, once they are there. */
  readonly buckets: () => string | undefined;
  /** The bucket under `/media/`. */
  readonly media: string;
}

/**
 * The one address of the laptop, routed as the CDN routes: the service under its paths, the bucket under `/_s3`, so
 * that presigned URLs have the origin of the pages that use them, players' videos under `/media/`, and the site under
 * all others. Like every honest proxy it appends its peer to `x-forwarded-for`, and it keeps the service's answers for as
 * long as the CDN does.
 */
export async function createGateway(
  { service, buckets, media }: Upstreams,
  site = fileURLToPath(new URL(`../../${siteDirectory}`, import.meta.url)),
  edge: EdgeCacheOptions = {},
): Promise<FastifyInstance> {
  const gateway = Fastify({
    keepAliveTimeout: 5000,
    forceCloseConnections: true,
    bodyLimit: 64 * 1024 * 1024,
    frameworkErrors: (error, request, reply) => void sendProblem(error, request, reply),
    clientErrorHandler: sendConnectionProblem,
  });
  // The service answers every method, if only by a 405. Fastify itself would refuse a QUERY that has no body.
  const methods = METHODS.filter((method) => method !== 'CONNECT') as HTTPMethods[];
  for (const method of methods) {
    if (method === 'QUERY' || !gateway.supportedMethods.includes(method))
      gateway.addHttpMethod(method, { overrideExisting: true });
  }

  await gateway.register(async (part) => {
    addEdgeCache(part, edge);
    for (const prefix of servicePrefixes) {
      await part.register(httpProxy, {
        ...upstream(service),
        prefix,
        rewritePrefix: prefix,
        proxyPayloads: true,
        httpMethods: methods,
        undici: { connections: 256, pipelining: 1 },
        // By default a GET is sent up to ten times more when it is answered 503: that is the caller's decision.
        retryMethods: [],
        replyOptions: {
          ...upstream(service).replyOptions,
          rewriteRequestHeaders: (request, headers) => ({
            ...headers,
            // As the CDN hands it on: by it the service knows pages of its own origin.
            host: request.headers.host,
            'x-forwarded-for': [headers['x-forwarded-for'], request.socket.remoteAddress]
              .filter(Boolean)
              .join(', '),
          }),
          onError: unavailable,
        },
      });
    }
  });
  await gateway.register(httpProxy, {
    ...upstream(buckets),
    prefix: '/_s3',
    rewritePrefix: '/',
    proxyPayloads: true,
    // A job may read a file for as long as it takes.
    undici: { connections: 64, pipelining: 1, bodyTimeout: 0 },
  });
  const mediaPrefix = mediaPath.replace(/\/\*$/, '');
  await gateway.register(httpProxy, {
    ...upstream(buckets),
    prefix: mediaPrefix,
    rewritePrefix: `/${media}${mediaPrefix}`,
    httpMethods: ['GET', 'HEAD'],
    undici: { connections: 64, pipelining: 1 },
    replyOptions: {
      ...upstream(buckets).replyOptions,
      rewriteHeaders: (headers) => ({
        ...headers,
        'content-security-policy': uploadedContentSecurityPolicy,
        'x-content-type-options': 'nosniff',
      }),
    },
  });
  await gateway.register(fastifyStatic, {
    root: site,
    cacheControl: false,
    setHeaders: (reply, path) => {
      const immutable = path.startsWith(join(site, immutableDirectory));
      reply.header('cache-control', immutable ? 'public, max-age=31536000, immutable' : 'no-cache');
      reply.header('content-security-policy', contentSecurityPolicy());
      reply.header('x-content-type-options', 'nosniff');
    },
  });
  gateway.setNotFoundHandler((request, reply) => {
    const isPage =
      ['GET', 'HEAD'].includes(request.method) && !request.url.startsWith(`/${immutableDirectory}/`);
    if (isPage) return reply.sendFile('index.html');
    return reply.code(404).type('text/plain').send('not found');
  });
  return gateway;
}

/** Options of a proxy whose upstream is known once it has started. */
function upstream(find: () => string | undefined) {
  return {
    upstream: '',
    preHandler: (_request: FastifyRequest, reply: FastifyReply, done: () => void) =>
      find() === undefined ? unavailable(reply) : done(),
    replyOptions: { getUpstream: () => find() as string },
  };
}

function unavailable(reply: FastifyReply<RouteGenericInterface, RawServerBase>): void {
  reply
    .code(503)
    .headers({ 'retry-after': '1', 'cache-control': 'no-store' })
    .type('application/problem+json')
    .send({
      type: 'about:blank',
      title: 'Service Unavailable',
      status: 503,
      detail: 'the service is restarting',
    });
}
