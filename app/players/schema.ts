import { Type } from 'typebox';
import { Cursor, Limit, Name, Timestamp } from '../schema.ts';

/** A snippet is sent by one PUT, of which the laptop's bucket takes up to 11 MiB. */
export const maxVideoBytes = 10 * 2 ** 20;
export const maxPosterBytes = 2 ** 20;
const maxSeasons = 50;

/** The extension of an object's key, by content type. */
export const videoTypes = { 'video/mp4': 'mp4', 'video/webm': 'webm' } as const;
export const posterTypes = { 'image/jpeg': 'jpg', 'image/png': 'png', 'image/webp': 'webp' } as const;
type VideoType = keyof typeof videoTypes;
type PosterType = keyof typeof posterTypes;

const Next = Type.Union([Type.String(), Type.Null()]);
const Count = (maximum: number) => Type.Integer({ minimum: 0, maximum });

export const PlayerSchema = Type.Object({
  username: Type.String(),
  name: Type.Optional(Type.String()),
  team: Type.Optional(Type.String()),
  position: Type.Optional(Type.String()),
  country: Type.Optional(Type.String()),
  bio: Type.Optional(Type.String()),
  number: Type.Optional(Type.Integer()),
  height_m: Type.Optional(Type.Number()),
});

export const PlayerListSchema = Type.Object({
  items: Type.Array(PlayerSchema, { description: 'In no particular order; may be fewer than `limit`' }),
  next_cursor: Next,
});

/** @param seasons number of seasons over which the counts are summed */
const counts = (seasons: number) => ({
  games: Count(10_000 * seasons),
  minutes: Count(1_000_000 * seasons),
  goals: Count(10_000 * seasons),
  assists: Count(10_000 * seasons),
});
const SeasonSchema = Type.Object(
  {
    season: Type.String({ pattern: '^[0-9]{4}(/[0-9]{2})?$', description: '`2026` or `2025/26`' }),
    ...counts(1),
  },
  { additionalProperties: false },
);

export const NewStats = Type.Object(
  { seasons: Type.Array(SeasonSchema, { maxItems: maxSeasons }) },
  { additionalProperties: false },
);

export const StatsSchema = Type.Object({
  username: Type.String(),
  seasons: Type.Array(SeasonSchema, { description: 'Latest first' }),
  totals: Type.Object(counts(maxSeasons)),
  updated_at: Type.Union([Timestamp, Type.Null()], { description: 'null before any are set' }),
});

const Pixels = Type.Integer({ minimum: 1, maximum: 16_384 });

export const NewVideo = Type.Object(
  {
    title: Type.String({ minLength: 1, maxLength: 128 }),
    content_type: Type.Enum(Object.keys(videoTypes) as VideoType[]),
    size: Type.Integer({ minimum: 1, maximum: maxVideoBytes, description: 'In bytes, at most 10 MiB' }),
    duration_s: Type.Optional(Type.Number({ minimum: 0, maximum: 86_400 })),
    width: Type.Optional(Pixels),
    height: Type.Optional(Pixels),
    poster: Type.Optional(
      Type.Object(
        {
          content_type: Type.Enum(Object.keys(posterTypes) as PosterType[]),
          size: Type.Integer({ minimum: 1, maximum: maxPosterBytes, description: 'In bytes, at most 1 MiB' }),
        },
        { additionalProperties: false },
      ),
    ),
  },
  { additionalProperties: false },
);

const put = {
  method: Type.Literal('PUT'),
  upload_url: Type.String({ description: 'Needs no further credentials' }),
  headers: Type.Record(Type.String(), Type.String(), { description: 'To be sent with the PUT' }),
};

export const VideoUploadSchema = Type.Object({
  id: Type.String(),
  src: Type.String({ description: 'Where the video will be' }),
  ...put,
  poster: Type.Optional(Type.Object({ src: Type.String(), ...put })),
  expires_at: Timestamp,
});

export const VideoSchema = Type.Object({
  id: Type.String(),
  title: Type.String(),
  src: Type.String({ description: 'Path on this origin; answers ranges' }),
  content_type: Type.String(),
  size: Type.Integer({ description: 'In bytes' }),
  duration_s: Type.Optional(Type.Number()),
  width: Type.Optional(Type.Integer()),
  height: Type.Optional(Type.Integer()),
  poster: Type.Optional(Type.String()),
  created_at: Timestamp,
});

export const VideoListSchema = Type.Object({
  items: Type.Array(VideoSchema, { description: 'Newest first; those whose upload is complete' }),
  next_cursor: Next,
});

export const PlayerParams = Type.Object({ username: Name });
export const VideoParams = Type.Object({
  username: Name,
  id: Type.String({ pattern: '^[a-z0-9]{9}-[a-z0-9]{12}$' }),
});
export const ListQuery = Type.Object(
  { limit: Type.Optional(Limit), cursor: Type.Optional(Cursor) },
  { additionalProperties: false },
);
