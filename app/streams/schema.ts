import { Type } from 'typebox';
import { Timestamp } from '../schema.ts';

export const streamIdPattern = '^[A-Za-z0-9_-]{1,64}$';
export const StreamId = Type.String({ pattern: streamIdPattern });

/** A number, or a text of whatever format the player uses. */
const Quantity = Type.Union([Type.Number(), Type.String({ maxLength: 64 })]);

/**
 * What a stream's details may take as JSON in UTF-8, the form in which they are stored: a viewer's item has room for 100
 * leases, the highest limit, of this size. Any text within the limits below fits, but for control characters, of which
 * JSON makes six bytes each.
 */
export const maxDetailsBytes = 3840;

const details = {
  video_name: Type.Optional(Type.String({ maxLength: 128 })),
  codec_info: Type.Optional(Type.String({ maxLength: 128 })),
  file_type: Type.Optional(Type.String({ maxLength: 64 })),
  size: Type.Optional(Quantity),
  src: Type.Optional(Type.String({ maxLength: 256 })),
  framerate: Type.Optional(Quantity),
  video_ended: Type.Optional(
    Type.Boolean({ description: 'true releases the stream and never takes a place' }),
  ),
  video_playing: Type.Optional(Type.Boolean()),
  video_start_time: Type.Optional(Quantity),
  video_end_time: Type.Optional(Quantity),
};

export const NewStream = Type.Object(
  {
    ...details,
    stream_id: Type.Optional(
      Type.String({
        pattern: streamIdPattern,
        description: "The caller's own id; the same id again is the same stream",
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
    description: `The details together take at most ${maxDetailsBytes} bytes as JSON in UTF-8, of which a control character takes six`,
  },
);

const counts = { active: Type.Integer(), limit: Type.Integer() };
const lease = { stream_id: Type.String(), expires_at: Timestamp };

export const HeldStream = Type.Object({ ...lease, heartbeat_interval_s: Type.Integer(), ...counts });
export const ReleasedStream = Type.Object({ released: Type.Literal(true) });
export const StreamList = Type.Object({
  ...counts,
  items: Type.Array(Type.Object({ ...lease, ...details })),
});

export const StreamParams = Type.Object({ id: StreamId });
export const NoBody = Type.Optional(Type.Object({}, { additionalProperties: false }));
