import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Item } from '../../data/dynamodb/errors.ts';
import { publicCopy } from './public-copy.ts';

/** The fields that a caller sets; absent ones are undefined. Property values are JSON texts. */
export interface UserFields {
  readonly name?: string | undefined;
  readonly email?: string | undefined;
  readonly stream_limit?: number | undefined;
  readonly properties: Readonly<Record<string, string>>;
}

export interface User extends UserFields {
  readonly username: string;
  readonly created_at: string;
  readonly updated_at: string;
  readonly revision: string;
}

export type UserSummary = Omit<User, 'properties'>;

/** @param writes the latest revisions, the current one first */
export function toItem(user: User, writes: readonly string[]): Item {
  return {
    username: { S: user.username },
    ...(user.name === undefined ? {} : { name: { S: user.name } }),
    ...(user.email === undefined ? {} : { email: { S: user.email } }),
    ...(user.stream_limit === undefined ? {} : { stream_limit: { N: String(user.stream_limit) } }),
    properties: { M: Object.fromEntries(Object.entries(user.properties).map(([key, S]) => [key, { S }])) },
    created_at: { S: user.created_at },
    updated_at: { S: user.updated_at },
    revision: { S: user.revision },
    writes: toWrites(writes),
    public: publicCopy(user, user.revision),
  };
}

export function toWrites(revisions: readonly string[]): AttributeValue {
  return { L: revisions.map((S) => ({ S })) };
}

/** The latest revisions of a user, the current one first. A release that does not know `writes` leaves it as it was, so
 * the current revision may be missing in it. */
export function writesOf(item: Item): string[] {
  const revision = text(item, 'revision');
  const writes = (item.writes?.L ?? []).map((write) => write.S ?? '');
  return writes[0] === revision ? writes : [revision, ...writes];
}

export function fromItem(item: Item): User {
  const limit = item.stream_limit?.N;
  return {
    username: text(item, 'username'),
    name: item.name?.S,
    email: item.email?.S,
    stream_limit: limit === undefined ? undefined : Number(limit),
    // DynamoDB keeps no order; sorted, callers see the same one at every read.
    properties: Object.fromEntries(
      Object.entries(item.properties?.M ?? {})
        .map(([key, value]) => [key, value.S ?? 'null'] as const)
        .sort(([a], [b]) => (a < b ? -1 : 1)),
    ),
    created_at: text(item, 'created_at'),
    updated_at: text(item, 'updated_at'),
    revision: text(item, 'revision'),
  };
}

function text(item: Item, attribute: string): string {
  const value = item[attribute]?.S;
  if (value === undefined) throw new Error(`a user item has no ${attribute}`);
  return value;
}
