import type { FastifyReply } from 'fastify';
import { Type } from 'typebox';
import { decodeCursor, encodeCursor, noSuchCursor } from '../cursor.ts';
import { IfMatchHeaders, noneMatch, parseIfMatch } from '../etag.ts';
import type { App } from '../instance.ts';
import { linksTo } from '../links.ts';
import { notFound, Problem } from '../problem.ts';
import {
  defaultLimit,
  ETag,
  Location,
  NotModified,
  namePattern,
  problemResponses,
  withHeaders,
} from '../schema.ts';
import type { User, UserFields } from './item.ts';
import { parseLossless } from './lossless-json.ts';
import { mergePatch } from './merge-patch.ts';
import { propertiesOf, propertyTexts } from './properties.ts';
import { propertyRoutes } from './property-routes.ts';
import { ListQuery, NewUser, UserListSchema, UserParams, UserPatch, UserSchema } from './schema.ts';
import type { UserStore } from './store.ts';

const isUsername = new RegExp(namePattern);
const common = { tags: ['users'], security: [{ apiKey: [] }] };

interface Options {
  readonly store: UserStore;
  /** Deletes the records and files of deleted users who had this name. */
  readonly deleteOrphans: (username: string) => Promise<void>;
}

export async function userRoutes(app: App, { store, deleteOrphans }: Options): Promise<void> {
  app.addHook('onRequest', app.requireApiKey);
  await app.register(propertyRoutes, { store });

  app.post(
    '/api/v1/users',
    {
      schema: {
        ...common,
        operationId: 'createUser',
        summary: 'Create a user',
        body: NewUser,
        response: {
          201: withHeaders(UserSchema, { ...ETag, ...Location }),
          ...problemResponses(400, 401, 409, 503),
        },
      },
      links: {
        201: linksTo(
          ['getUser', 'changeUser', 'deleteUser', 'setProperty', 'getPlayer', 'setStats', 'addVideo'],
          { username: '$response.body#/username' },
        ),
      },
    },
    async (request, reply) => {
      const { username, properties: _lossy, ...fields } = request.body;
      const properties = propertyTexts(propertiesOf(request.jsonText) ?? {});
      const user = await store.create(username, { ...fields, properties });
      if (!user) throw new Problem(409, `the username ${username} is taken`);
      return withRevision(reply, user)
        .code(201)
        .header('location', `/api/v1/users/${username}`)
        .send(body(user));
    },
  );

  app.get(
    '/api/v1/users',
    {
      schema: {
        ...common,
        operationId: 'listUsers',
        summary: 'List the users',
        querystring: ListQuery,
        response: { 200: UserListSchema, ...problemResponses(400, 401, 404, 503) },
      },
    },
    async (request) => {
      const { limit = defaultLimit, cursor } = request.query;
      const after = cursor && decodeCursor(cursor);
      if (after && !isUsername.test(after)) throw noSuchCursor();
      const { items, last } = await store.list(Number(limit), after);
      return { items, next_cursor: last === undefined ? null : encodeCursor(last) };
    },
  );

  app.get(
    '/api/v1/users/:username',
    {
      schema: {
        ...common,
        operationId: 'getUser',
        summary: 'One user with all properties',
        params: UserParams,
        response: {
          200: withHeaders(UserSchema, ETag),
          304: NotModified,
          ...problemResponses(400, 401, 404, 503),
        },
      },
    },
    async (request, reply) => {
      const user = await store.read(request.params.username);
      if (!user) throw notFound('the user');
      withRevision(reply, user);
      if (noneMatch(request.headers['if-none-match'], user.revision)) return reply.code(304).send(undefined);
      return reply.send(body(user));
    },
  );

  app.patch(
    '/api/v1/users/:username',
    {
      schema: {
        ...common,
        operationId: 'changeUser',
        summary: 'Change a user (RFC 7396 merge patch)',
        description:
          'A field that is null is removed. With `If-Match`, only when that revision is still current.',
        params: UserParams,
        headers: IfMatchHeaders,
        consumes: ['application/merge-patch+json', 'application/json'],
        body: UserPatch,
        response: {
          200: withHeaders(UserSchema, ETag),
          ...problemResponses(400, 401, 404, 409, 412, 503),
        },
      },
    },
    async (request, reply) => {
      const { properties: _lossy, ...fields } = request.body;
      const properties = propertiesOf(request.jsonText);
      const user = await store.update(
        request.params.username,
        parseIfMatch(request.headers['if-match']),
        (before) => patched(before, fields, properties),
      );
      if (user === 'missing') throw notFound('the user');
      if (user === 'stale') throw stale();
      return withRevision(reply, user).send(body(user));
    },
  );

  app.delete(
    '/api/v1/users/:username',
    {
      schema: {
        ...common,
        operationId: 'deleteUser',
        summary: 'Delete a user',
        description:
          'May be repeated. With `If-Match`, only while that revision is current. A user who does not exist counts as deleted.',
        params: UserParams,
        headers: IfMatchHeaders,
        response: { 204: Type.Null(), ...problemResponses(400, 401, 412, 503) },
      },
    },
    async (request, reply) => {
      const { username } = request.params;
      const result = await store.delete(username, parseIfMatch(request.headers['if-match']));
      // Runs also when no user was deleted now: an earlier deletion may have been cut off before this step.
      await deleteOrphans(username);
      if (result === 'stale') throw stale();
      return reply.code(204).send(null);
    },
  );
}

type PatchedFields = { [K in 'name' | 'email' | 'stream_limit']?: UserFields[K] | null };

function patched(
  before: UserFields,
  fields: PatchedFields,
  properties: Record<string, unknown> | null | undefined,
): UserFields {
  const keep = <K extends keyof PatchedFields>(key: K) =>
    (fields[key] === undefined ? before[key] : (fields[key] ?? undefined)) as UserFields[K];
  return {
    name: keep('name'),
    email: keep('email'),
    stream_limit: keep('stream_limit'),
    properties: patchedProperties(before.properties, properties),
  };
}

function patchedProperties(
  before: Readonly<Record<string, string>>,
  patch: Record<string, unknown> | null | undefined,
) {
  if (patch === undefined) return before;
  if (patch === null) return {};
  return propertyTexts(mergePatch(values(before), patch) as Record<string, unknown>);
}

function values(properties: Readonly<Record<string, string>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(properties).map(([key, text]) => [key, parseLossless(text)]));
}

function body(user: User) {
  return { ...user, properties: values(user.properties) };
}

function withRevision(reply: FastifyReply, user: User): FastifyReply {
  return reply.header('etag', `"${user.revision}"`).header('cache-control', 'no-cache');
}

function stale(): Problem {
  return new Problem(412, 'the user has changed since, or was deleted; read it again and decide anew');
}
