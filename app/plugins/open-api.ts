import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import plugin from 'fastify-plugin';

/** `GET /api/openapi.json`, made from the routes' schemas, and `/api/docs`, which shows it. */
export const openApi = plugin(
  async (app) => {
    await app.register(swagger, {
      openapi: {
        openapi: '3.1.0',
        info: {
          title: 'Trellis',
          version: '1',
          description:
            'Errors are RFC 9457 problem details. Lists are paged by cursor: pass `next_cursor` as `cursor` until it is null.',
        },
        components: { securitySchemes: { apiKey: { type: 'http', scheme: 'bearer' } } },
      },
    });
    await app.register(swaggerUi, { routePrefix: '/api/docs' });
    app.get('/api/openapi.json', { schema: { hide: true } }, async (_request, reply) => {
      return reply.header('cache-control', 'no-cache').send(app.swagger());
    });
  },
  { name: 'open-api' },
);
