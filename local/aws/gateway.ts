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

/** The paths below which the service answers: those that the CDN routes to it, and its probes. */
const servicePrefixes = [
  ...servicePaths.map((path) => path.replace(/\/\*$/, '')),
  '/livez',
  '/healthz',
  '/readyz',
];

/** The servers behind the gateway. */
export interface Upstreams {
  /** Called at every request, since the service has another port after each start; undefined while it restarts. */
  readonly service: () => string | undefined;
  /** The S3 emulator; undefined until it has started. */
  readonly buckets: () => string | undefined;
  /** The bucket under `/media/`. */
  readonly media: string;
}

/**
 * The one address of the laptop. It routes as the CDN does: the service's paths to the service, `/media/` to players'
 * videos, all others to the site. The buckets are under `/_s3`, so that presigned URLs have the origin of the pages that
 * use them. It appends its peer to `x-forwarded-for` and keeps the service's answers for as long as the CDN does.
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
  // Every method is passed on: the service answers each, some by 405. Fastify would refuse a QUERY without a body.
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
        // By default a GET that is answered 503 is sent up to ten times more. Callers must decide that themselves.
        retryMethods: [],
        replyOptions: {
          ...upstream(service).replyOptions,
          rewriteRequestHeaders: (request, headers) => ({
            ...headers,
            // The CDN passes this header on too. By it the service recognizes pages of its own origin.
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
    // A job may take any time to read a file.
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

/** Options of a proxy to an upstream that may have another address at every request, or none. */
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
