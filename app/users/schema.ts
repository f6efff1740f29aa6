import { Type } from 'typebox';
import { Cursor, Limit, Name, namePattern, Timestamp } from '../schema.ts';

export const maxProperties = 20;
/** Size of one property's value as JSON text, in bytes. */
export const maxPropertyBytes = 16 * 1024;
export const maxPropertyDepth = 64;
export const maxStreamLimit = 100;

const DisplayName = Type.String({ minLength: 1, maxLength: 200 });
const Email = Type.String({ format: 'email', maxLength: 254 });
const StreamLimit = Type.Integer({
  minimum: 0,
  maximum: maxStreamLimit,
  description: 'Streams at once; 3 unless set',
});
const Properties = Type.Record(Type.String(), Type.Unknown(), {
  propertyNames: { pattern: namePattern },
  maxProperties,
  description: `At most ${maxProperties} properties, each any JSON value of at most 16 KiB`,
});

export const NewUser = Type.Object(
  {
    username: Name,
    name: Type.Optional(DisplayName),
    email: Type.Optional(Email),
    stream_limit: Type.Optional(StreamLimit),
    properties: Type.Optional(Properties),
  },
  { additionalProperties: false },
);

/** RFC 7396: a field that is null is removed. */
export const UserPatch = Type.Object(
  {
    name: Type.Optional(Type.Union([DisplayName, Type.Null()])),
    email: Type.Optional(Type.Union([Email, Type.Null()])),
    stream_limit: Type.Optional(Type.Union([StreamLimit, Type.Null()])),
    properties: Type.Optional(Type.Union([Properties, Type.Null()])),
  },
  { additionalProperties: false },
);

const summary = {
  username: Type.String(),
  name: Type.Optional(Type.String()),
  email: Type.Optional(Type.String()),
  stream_limit: Type.Optional(Type.Integer()),
  created_at: Timestamp,
  updated_at: Timestamp,
};

export const UserSchema = Type.Object({ ...summary, properties: Type.Record(Type.String(), Type.Unknown()) });

export const UserListSchema = Type.Object({
  items: Type.Array(Type.Object(summary), {
    description: 'Without their properties; in no particular order',
  }),
  next_cursor: Type.Union([Type.String(), Type.Null()]),
});

export const UserParams = Type.Object({ username: Name });
export const PropertyParams = Type.Object({ username: Name, key: Name });
export const ListQuery = Type.Object(
  { limit: Type.Optional(Limit), cursor: Type.Optional(Cursor) },
  { additionalProperties: false },
);
