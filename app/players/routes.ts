import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { TSchema } from 'typebox';
import { decodeCursor, encodeCursor, noSuchCursor } from '../cursor.ts';
import { noneMatch } from '../etag.ts';
import type { App } from '../instance.ts';
import { linksTo } from '../links.ts';
import { invalid, notFound } from '../problem.ts';
import { defaultLimit, ETag, NotModified, namePattern, problemResponses, withHeaders } from '../schema.ts';
import { toPlayer } from '../users/player.ts';
import type { UserStore } from '../users/store.ts';
import { indexMark } from './list.ts';
import { ListQuery, NewStats, PlayerListSchema, PlayerParams, PlayerSchema, StatsSchema } from './schema.ts';
import { newestFirst, type Season, totals } from './stats.ts';
import type { PlayerStore, Stats } from './store.ts';

interface Options {
  readonly store: PlayerStore;
  readonly users: Pick<UserStore, 'read'>;
}

const isPosition = new RegExp(namePattern.replace('^', `^${indexMark}?`));
const tags = ['players'];

/**
 * The parts of a profile page, each an endpoint of its own, so that a slow one delays none of the others. They may be shown
 * five seconds old, and up to a minute while a newer one is fetched: what was prefetched is there at once.
 */
const freshness = 'public, max-age=5, stale-while-revalidate=60';

export async function playerRoutes(app: App, { store, users }: Options): Promise<void> {
  app.get(
    '/api/v1/players',
    {
      schema: {
        operationId: 'listPlayers',
        summary: 'The players: users that have a team',
        tags,
        querystring: ListQuery,
        response: { ...cacheable(PlayerListSchema), ...problemResponses(400, 404, 503) },
      },
    },
    async (request, reply) => {
      const { limit = defaultLimit, cursor } = request.query;
      const after = cursor && decodeCursor(cursor);
      if (after && !isPosition.test(after)) throw noSuchCursor();
      const { items, last } = await store.list(Number(limit), after);
      return sendCacheable(request, reply, {
        items,
        next_cursor: last === undefined ? null : encodeCursor(last),
      });
    },
  );

  app.get(
    '/api/v1/players/:username',
    {
      schema: {
        operationId: 'getPlayer',
        summary: 'Who a player is: the public part of a user',
        description:
          'The name, and the properties `team`, `position`, `country`, `bio`, `number` and `height_m`. No other property is public.',
        tags,
        params: PlayerParams,
        response: { ...cacheable(PlayerSchema), ...problemResponses(400, 404, 503) },
      },
    },
    async (request, reply) => {
      const user = await users.read(request.params.username);
      if (!user) throw notFound('the player');
      return sendCacheable(request, reply, toPlayer(user));
    },
  );

  app.get(
    '/api/v1/players/:username/stats',
    {
      schema: {
        operationId: 'getStats',
        summary: 'Stats of a player by season',
        tags,
        params: PlayerParams,
        response: { ...cacheable(StatsSchema), ...problemResponses(400, 404, 503) },
      },
    },
    async (request, reply) => {
      const { username } = request.params;
      const stats = await store.readStats(username);
      if (!stats) throw notFound('the player');
      return sendCacheable(request, reply, statsBody(username, stats));
    },
  );

  app.put(
    '/api/v1/users/:username/stats',
    {
      onRequest: app.requireApiKey,
      schema: {
        operationId: 'setStats',
        summary: 'Set the stats of a player',
        description: 'Each season may appear once.',
        tags,
        security: [{ apiKey: [] }],
        params: PlayerParams,
        body: NewStats,
        response: { 200: StatsSchema, ...problemResponses(400, 401, 404, 503) },
      },
      links: { 200: linksTo(['getStats'], { username: '$request.path.username' }) },
    },
    async (request) => {
      const { username } = request.params;
      const seasons: Season[] = newestFirst(request.body.seasons);
      const twice = seasons.find((season, i) => season.season === seasons[i - 1]?.season);
      if (twice) throw invalid('body.seasons', `has ${twice.season} twice`);
      const owner = await store.owner(username);
      const stats = owner && (await store.writeStats(owner, seasons));
      if (!stats) throw notFound('the user');
      return statsBody(username, stats);
    },
  );
}

function statsBody(username: string, { seasons, updated_at }: Stats) {
  return { username, seasons: [...seasons], totals: totals(seasons), updated_at };
}

/** The answers that `sendCacheable` gives. */
export function cacheable<T extends TSchema>(schema: T) {
  return { 200: withHeaders(schema, ETag), 304: NotModified };
}

/** Sends a body with its hash as the ETag, or 304 to a caller who has it. */
export function sendCacheable(request: FastifyRequest, reply: FastifyReply, body: object): FastifyReply {
  const tag = createHash('sha256').update(JSON.stringify(body)).digest('base64url').slice(0, 22);
  reply.header('etag', `"${tag}"`).header('cache-control', freshness);
  return noneMatch(request.headers['if-none-match'], tag)
    ? reply.code(304).send(undefined)
    : reply.send(body);
}
