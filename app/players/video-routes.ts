import { Type } from 'typebox';
import { decodeCursor, encodeCursor, noSuchCursor } from '../cursor.ts';
import type { App } from '../instance.ts';
import { linksTo } from '../links.ts';
import { notFound } from '../problem.ts';
import { defaultLimit, Location, problemResponses, withHeaders } from '../schema.ts';
import type { Media } from './media.ts';
import { cacheable, sendCacheable } from './routes.ts';
import {
  ListQuery,
  NewVideo,
  PlayerParams,
  posterTypes,
  VideoListSchema,
  VideoParams,
  VideoUploadSchema,
  videoTypes,
} from './schema.ts';
import type { PlayerStore } from './store.ts';
import { newVideoId, type Video } from './video.ts';

interface Options {
  readonly store: PlayerStore;
  readonly media: Media;
}

/** Seconds for which the URLs of an upload are valid. */
const validFor = 3600;
/** Milliseconds for which the upload of a new video is looked for: one that began before its URL expired may end later. */
const lookFor = 2 * validFor * 1000;
const tags = ['players'];

export async function videoRoutes(app: App, { store, media }: Options): Promise<void> {
  /** Whether a video can be shown. S3 sends no event for uploads to this bucket, so a reader of the list looks for those
   * that are still expected. */
  async function isReady(username: string, video: Video): Promise<boolean> {
    if (video.ready) return true;
    if (Date.parse(video.created_at) < Date.now() - lookFor) return false;
    const objects = video.poster ? [video, video.poster] : [video];
    const found = await Promise.all(objects.map((object) => media.has(object)));
    if (!found.every(Boolean)) return false;
    await store.markReady(username, video.id);
    return true;
  }

  app.get(
    '/api/v1/players/:username/videos',
    {
      schema: {
        operationId: 'listVideos',
        summary: 'Video snippets of a player, newest first',
        tags,
        params: PlayerParams,
        querystring: ListQuery,
        response: { ...cacheable(VideoListSchema), ...problemResponses(400, 404, 503) },
      },
    },
    async (request, reply) => {
      const { username } = request.params;
      const { limit = defaultLimit, cursor } = request.query;
      const page = await store.listVideos(username, Number(limit), cursor && lastId(cursor));
      if (!page) throw notFound('the player');
      const ready = await Promise.all(page.items.map((video) => isReady(username, video)));
      return sendCacheable(request, reply, {
        items: page.items.filter((_, i) => ready[i]).map(toBody),
        next_cursor: page.last === undefined ? null : encodeCursor(page.last),
      });
    },
  );

  app.post(
    '/api/v1/users/:username/videos',
    {
      onRequest: app.requireApiKey,
      schema: {
        operationId: 'addVideo',
        summary: 'Get a URL to upload a video snippet of a player',
        description:
          'The video is listed once its file is uploaded, and its poster too if one was named. Both keep their URLs for good.',
        tags,
        security: [{ apiKey: [] }],
        params: PlayerParams,
        body: NewVideo,
        response: {
          201: withHeaders(VideoUploadSchema, Location),
          ...problemResponses(400, 401, 404, 503),
        },
      },
      links: {
        201: {
          ...linksTo(['listVideos'], { username: '$request.path.username' }),
          ...linksTo(['deleteVideo'], { username: '$request.path.username', id: '$response.body#/id' }),
        },
      },
    },
    async (request, reply) => {
      const { username } = request.params;
      const owner = await store.owner(username);
      if (!owner) throw notFound('the user');
      const { poster, ...fields } = request.body;
      const now = Date.now();
      const id = newVideoId(now);
      const key = (extension: string) => `media/${username}/${id}.${extension}`;
      const video: Video = {
        ...fields,
        id,
        key: key(videoTypes[fields.content_type as keyof typeof videoTypes]),
        created_at: new Date(now).toISOString(),
        ready: false,
        ...(poster
          ? { poster: { ...poster, key: key(posterTypes[poster.content_type as keyof typeof posterTypes]) } }
          : {}),
      };
      const upload = await media.put(video, validFor);
      const posterUpload = video.poster && (await media.put(video.poster, validFor));
      if (!(await store.addVideo(owner, video))) throw notFound('the user');
      return reply
        .code(201)
        .header('location', `/api/v1/players/${username}/videos`)
        .header('cache-control', 'no-store')
        .send({
          id,
          src: `/${video.key}`,
          ...upload,
          ...(posterUpload ? { poster: { src: `/${video.poster?.key}`, ...posterUpload } } : {}),
          expires_at: new Date(now + validFor * 1000).toISOString(),
        });
    },
  );

  app.delete(
    '/api/v1/users/:username/videos/:id',
    {
      onRequest: app.requireApiKey,
      schema: {
        operationId: 'deleteVideo',
        summary: 'Delete a video snippet; CDN and browsers may keep a copy',
        tags,
        security: [{ apiKey: [] }],
        params: VideoParams,
        response: { 204: Type.Null(), ...problemResponses(400, 401, 503) },
      },
    },
    async (request, reply) => {
      const { username, id } = request.params;
      const video = await store.readVideo(username, id);
      // The record names the objects, so it goes last: when a deletion is cut off, a repeated one still finds them.
      if (video) await media.delete(keysOf(video));
      if (video) await store.deleteVideo(username, id);
      return reply.code(204).send(null);
    },
  );
}

/** Deletes the videos and stats of deleted users of a name; the objects before the records that name them, as above. */
export function createDeleteOrphans(store: PlayerStore, media: Media) {
  return async (username: string): Promise<void> => {
    const orphans = await store.orphans(username);
    await media.delete(orphans.videos.flatMap(keysOf));
    await store.deleteOrphans(username, orphans);
  };
}

function keysOf({ key, poster }: Video): string[] {
  return poster ? [key, poster.key] : [key];
}

function toBody({ key, poster, ready: _ready, ...video }: Video) {
  return { ...video, src: `/${key}`, ...(poster ? { poster: `/${poster.key}` } : {}) };
}

function lastId(cursor: string): string {
  const id = decodeCursor(cursor);
  if (!/^[a-z0-9]{9}-[a-z0-9]{12}$/.test(id)) throw noSuchCursor();
  return id;
}
