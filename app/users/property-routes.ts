import { Type } from 'typebox';
import type { App } from '../instance.ts';
import { linksTo } from '../links.ts';
import { invalid, notFound } from '../problem.ts';
import { problemResponses } from '../schema.ts';
import { propertyText, tooMany } from './properties.ts';
import { PropertyParams } from './schema.ts';
import type { UserStore } from './store.ts';

const common = { tags: ['users'], security: [{ apiKey: [] }], params: PropertyParams };

/** One property of a user as a resource of its own; its body is the bare JSON value. */
export async function propertyRoutes(app: App, { store }: { store: UserStore }): Promise<void> {
  const path = '/api/v1/users/:username/properties/:key';

  app.get(
    path,
    {
      schema: {
        ...common,
        operationId: 'getProperty',
        summary: 'One property',
        response: { 200: Type.Unknown(), ...problemResponses(400, 401, 404, 503) },
      },
    },
    async (request, reply) => {
      const user = await store.read(request.params.username);
      if (!user) throw notFound('the user');
      const { key } = request.params;
      const text = Object.hasOwn(user.properties, key) ? user.properties[key] : undefined;
      if (text === undefined) throw notFound('the property');
      return reply
        .type('application/json; charset=utf-8')
        .header('cache-control', 'no-cache')
        .send(Buffer.from(text));
    },
  );

  app.put(
    path,
    {
      schema: {
        ...common,
        operationId: 'setProperty',
        summary: 'Set one property',
        description: 'The body is any JSON value of at most 16 KiB. Other properties are never touched.',
        body: Type.Unknown(),
        response: {
          200: Type.Unknown(),
          201: Type.Unknown(),
          ...problemResponses(400, 401, 404, 409, 503),
        },
      },
      links: {
        201: linksTo(['getProperty', 'deleteProperty'], {
          username: '$request.path.username',
          key: '$request.path.key',
        }),
      },
    },
    async (request, reply) => {
      if (request.jsonText === '') throw invalid('body', 'is required: any JSON value');
      const text = propertyText(request.jsonText);
      const result = await store.setProperty(request.params.username, request.params.key, text);
      if (result === 'missing') throw notFound('the user');
      if (result === 'full') throw tooMany();
      return reply
        .code(result === 'created' ? 201 : 200)
        .type('application/json; charset=utf-8')
        .send(Buffer.from(text));
    },
  );

  app.delete(
    path,
    {
      schema: {
        ...common,
        operationId: 'deleteProperty',
        summary: 'Delete one property',
        response: { 204: Type.Null(), ...problemResponses(400, 401, 503) },
      },
    },
    async (request, reply) => {
      await store.deleteProperty(request.params.username, request.params.key);
      return reply.code(204).send(null);
    },
  );
}
