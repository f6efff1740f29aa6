import { fileURLToPath } from 'node:url';
import httpProxy from '@fastify/http-proxy';
import fastifyStatic from '@fastify/static';
import Fastify, { type FastifyInstance } from 'fastify';
import { contentSecurityPolicy } from '../contract/content-security-policy.ts';
import { immutableDirectory, servicePaths, siteDirectory } from '../contract/site.ts';

/** What answers below each of these is the service; its probes the CDN does not know. */
const servicePrefixes = [
  ...servicePaths.map((path) => path.replace(/\/\*$/, '')),
  '/livez',
  '/healthz',
  '/readyz',
];

/**
 * The one address of the laptop, routed as the CDN routes: the service under its paths, the bucket under `/_s3`, so
 * that presigned URLs have the origin of the pages that use them, and the site under all others. Like every honest proxy
 * it appends its peer to `x-forwarded-for`.
 */
export async function createGateway(
  servicePort: number,
  s3Endpoint?: string,
  site = fileURLToPath(new URL(`../${siteDirectory}`, import.meta.url)),
): Promise<FastifyInstance> {
  const gateway = Fastify({
    keepAliveTimeout: 5000,
    forceCloseConnections: true,
    bodyLimit: 64 * 1024 * 1024,
  });
  const upstream = `http://127.0.0.1:${servicePort}`;

  for (const prefix of servicePrefixes) {
    await gateway.register(httpProxy, {
      upstream,
      prefix,
      rewritePrefix: prefix,
      proxyPayloads: true,
      undici: { connections: 256, pipelining: 1 },
      replyOptions: {
        rewriteRequestHeaders: (request, headers) => ({
          ...headers,
          'x-forwarded-for': [headers['x-forwarded-for'], request.socket.remoteAddress]
            .filter(Boolean)
            .join(', '),
        }),
        onError: (reply) => {
          reply.code(503).header('retry-after', '1').type('application/problem+json').send({
            type: 'about:blank',
            title: 'Service Unavailable',
            status: 503,
            detail: 'the service is restarting',
          });
        },
      },
    });
  }
  if (s3Endpoint) {
    await gateway.register(httpProxy, {
      upstream: s3Endpoint,
      prefix: '/_s3',
      rewritePrefix: '/',
      proxyPayloads: true,
      // A job may read a file for as long as it takes.
      undici: { connections: 64, pipelining: 1, bodyTimeout: 0 },
    });
  }
  await gateway.register(fastifyStatic, {
    root: site,
    cacheControl: false,
    setHeaders: (reply) => {
      reply.header('cache-control', 'no-cache');
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
