import httpProxy from '@fastify/http-proxy';
import Fastify, { type FastifyInstance } from 'fastify';

/**
 * The one address of the laptop, routed as the CDN routes: the service under `/page`, `/api` and `/rates`. Like every
 * honest proxy it appends its peer to `x-forwarded-for`.
 */
export async function createGateway(servicePort: number): Promise<FastifyInstance> {
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
  gateway.get('/', async (_request, reply) => reply.redirect('/page'));
  return gateway;
}
