import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import plugin from 'fastify-plugin';
import { problemResponses } from '../schema.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The route's body may be left out. */
    bodyOptional?: boolean;
  }
}

const description =
  'Errors are RFC 9457 problem details. Lists are paged by cursor: pass `next_cursor` as `cursor` until it is null. ' +
  'Every path answers HEAD as GET, OPTIONS with its methods, and other methods with 405; an unknown path answers 404. ' +
  'JSON is strict (RFC 7493): half a surrogate pair, a key `__proto__` or a number beyond a double answers 400.';

interface Operation {
  operationId?: string;
  requestBody?: { required?: boolean };
  responses?: Record<string, { headers?: Record<string, { required?: boolean }> }>;
}

type Path = Record<string, Operation>;

/** `GET /api/openapi.json`, made from the routes' schemas, and `/api/docs`, which shows it. */
export const openApi = plugin(
  async (app) => {
    const bodiesOptional = new Set<string | undefined>();
    app.addHook('onRoute', ({ method, schema, config }) => {
      if (!schema?.response || method === 'GET' || method === 'HEAD') return;
      schema.response = { ...schema.response, ...problemResponses(413, 415) };
      if (config?.bodyOptional) bodiesOptional.add(schema.operationId);
    });
    await app.register(swagger, {
      openapi: {
        openapi: '3.1.0',
        info: { title: 'Trellis', version: '1', description },
        components: { securitySchemes: { apiKey: { type: 'http', scheme: 'bearer' } } },
      },
      transformObject: (made) => {
        const { openapiObject } = made as { openapiObject: { paths: Record<string, Path> } };
        const operations = Object.values(openapiObject.paths).flatMap((path) => Object.values(path));
        for (const operation of operations) markRequired(operation, bodiesOptional);
        return openapiObject;
      },
    });
    await app.register(swaggerUi, { routePrefix: '/api/docs' });
    app.get('/api/openapi.json', { schema: { hide: true } }, async (_request, reply) => {
      return reply.header('cache-control', 'no-cache').send(app.swagger());
    });
  },
  { name: 'open-api' },
);

/** Adds what a route's schema cannot say: which bodies may be left out, and that an answer always has its headers. */
function markRequired(
  { operationId, requestBody, responses }: Operation,
  bodiesOptional: Set<unknown>,
): void {
  if (requestBody) requestBody.required = !bodiesOptional.has(operationId);
  for (const { headers } of Object.values(responses ?? {})) {
    for (const header of Object.values(headers ?? {})) header.required = true;
  }
}
