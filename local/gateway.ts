import httpProxy from '@fastify/http-proxy';
import Fastify, { type FastifyInstance } from 'fastify';

/**
 * The one address of the laptop, routed as the CDN routes: the service under `/page`, `/api` and `/rates`, the
 * bucket under `/_s3`, so that presigned URLs have the origin of the pages that use them. Like every
 * honest proxy it appends its peer to `x-forwarded-for`.
 */
export async function createGateway(servicePort: number, s3Endpoint?: string): Promise<FastifyInstance> {
  const gateway = Fastify({
    keepAliveTimeout: 5000,
    forceCloseConnections: true,
    bodyLimit: 64 * 1024 * 1024,
  });
  const upstream = `http://127.0.0.1:${servicePort}`;

  for (const prefix of ['/page', '/api', '/rates', '/livez', '/healthz', '/readyz']) {
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
  gateway.get('/', async (_request, reply) => reply.redirect('/page'));
  return gateway;
}
