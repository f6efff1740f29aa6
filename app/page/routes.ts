import type { FastifyReply } from 'fastify';
import { Type } from 'typebox';
import { IfMatchHeaders, noneMatch, parseIfMatch } from '../etag.ts';
import type { App } from '../instance.ts';
import { Problem } from '../problem.ts';
import { ETag, NotModified, problemResponses, withHeaders } from '../schema.ts';
import { createRenderer } from './render.ts';
import { NewString, SavedStringSchema } from './schema.ts';
import type { PageStore, SavedString } from './store.ts';

export async function pageRoutes(app: App, { store }: { store: PageStore }): Promise<void> {
  const html = createRenderer();
  app.get(
    '/page',
    {
      schema: {
        operationId: 'showPage',
        summary: 'The dynamic page: every reader sees the latest saved string',
        tags: ['page'],
        response: {
          200: { description: 'The page', content: { 'text/html': { schema: Type.String() } } },
          ...problemResponses(503),
        },
      },
    },
    async (_request, reply) => {
      const saved = await store.read();
      return reply.header('cache-control', 'no-store').type('text/html; charset=utf-8').send(html(saved));
    },
  );

  app.get(
    '/api/v1/page',
    {
      schema: {
        operationId: 'getString',
        summary: 'The saved string',
        tags: ['page'],
        response: {
          200: withHeaders(SavedStringSchema, ETag),
          304: NotModified,
          ...problemResponses(503),
        },
      },
    },
    async (request, reply) => {
      const saved = await store.read();
      withVersion(reply, saved);
      if (noneMatch(request.headers['if-none-match'], String(saved.version)))
        return reply.code(304).send(undefined);
      return saved;
    },
  );

  app.put(
    '/api/v1/page',
    {
      onRequest: app.requireApiKey,
      schema: {
        operationId: 'setString',
        summary: 'Set the saved string',
        description: 'With `If-Match`, only when the given version is still current.',
        tags: ['page'],
        security: [{ apiKey: [] }],
        headers: IfMatchHeaders,
        body: NewString,
        response: { 200: withHeaders(SavedStringSchema, ETag), ...problemResponses(400, 401, 412, 503) },
      },
    },
    async (request, reply) => {
      const saved = await store.write(request.body.string, parseIfMatch(request.headers['if-match']));
      if (!saved) throw new Problem(412, 'the string has changed since; read it again and decide anew');
      return withVersion(reply, saved).send(saved);
    },
  );
}

function withVersion(reply: FastifyReply, saved: SavedString): FastifyReply {
  return reply.header('etag', `"${saved.version}"`).header('cache-control', 'no-cache');
}
