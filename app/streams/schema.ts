import { type TNull, type TOptional, type TSchema, type TUnion, Type } from 'typebox';
import { namePattern, Timestamp } from '../schema.ts';

export const streamIdPattern = '^[A-Za-z0-9_-]{1,64}$';
export const StreamId = Type.String({ pattern: streamIdPattern });

/** A number, or a text in the player's own format. */
const Quantity = Type.Union([Type.Number(), Type.String({ maxLength: 64 })]);

/**
 * Most bytes of a stream's details as JSON in UTF-8, the form in which they are stored: a viewer's item has room for 100
 * leases, the highest limit, of this size. Texts within the limits below fit, unless they have many control characters:
 * JSON takes six bytes for each.
 */
export const maxDetailsBytes = 3840;

/**
 * Most bytes of a request's body. The longest valid one takes 18 KiB when all characters beyond ASCII are escaped. Checking
 * half a megabyte of wrong items would keep other requests waiting for a second.
 */
export const maxBodyBytes = 24 * 1024;

const details = {
  video_name: Type.String({ maxLength: 128 }),
  codec_info: Type.String({ maxLength: 128 }),
  file_type: Type.String({ maxLength: 64 }),
  size: Quantity,
  src: Type.String({ maxLength: 256 }),
  framerate: Quantity,
  video_ended: Type.Boolean({ description: 'true releases the stream, and never starts one' }),
  video_playing: Type.Boolean(),
  video_start_time: Quantity,
  video_end_time: Quantity,
};

/** Players send null for a value that they do not know, or do not know yet, such as the end of a video that still plays. */
type OrNull<T> = { [K in keyof T]: T[K] extends TSchema ? TOptional<TUnion<[T[K], TNull]>> : never };

function orNull<T extends Record<string, TSchema>>(fields: T): OrNull<T> {
  const entries = Object.entries(fields).map(([name, schema]) => [
    name,
    // Readers of the document look for the description at the field, not at one of its types.
    Type.Optional(Type.Union([schema, Type.Null()], described(schema))),
  ]);
  return Object.fromEntries(entries) as OrNull<T>;
}

function described({ description }: { readonly description?: string }) {
  return description === undefined ? {} : { description };
}

export const NewStream = Type.Object(
  {
    ...orNull(details),
    stream_id: Type.Optional(
      Type.String({
        pattern: streamIdPattern,
        description:
          "The caller's own id: 1 to 64 letters, digits, `_` or `-`; the same id again is the same stream",
      }),
    ),
    replaces: Type.Optional(
      Type.Array(StreamId, {
        maxItems: 100,
        description: 'Streams of this viewer to stop in the same decision',
      }),
    ),
  },
  {
    additionalProperties: false,
    description: `A field that is null counts as left out. The details together take at most ${maxDetailsBytes} bytes as JSON in UTF-8, of which a control character takes six; the body as a whole at most ${maxBodyBytes / 1024} KiB`,
  },
);

const counts = { active: Type.Integer(), limit: Type.Integer() };
const lease = { stream_id: Type.String(), expires_at: Timestamp };

export const HeldStream = Type.Object({ ...lease, heartbeat_interval_s: Type.Integer(), ...counts });
export const ReleasedStream = Type.Object({ released: Type.Literal(true) });
export const StreamList = Type.Object({
  ...counts,
  items: Type.Array(Type.Object({ ...lease, ...Type.Partial(Type.Object(details)).properties })),
});

export const StreamParams = Type.Object({ id: StreamId });

export const ViewerHeaders = Type.Object({
  'x-viewer-id': Type.Optional(
    Type.String({
      pattern: namePattern,
      description:
        'The user who watches, instead of the client address: 1 to 64 letters, digits, `.`, `_` or `-`; needs the API key',
    }),
  ),
});
