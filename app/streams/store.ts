import {
  type DynamoDBClient,
  GetItemCommand,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import { ContentionError, conditional, type FailedCondition, type Item } from '../../data/dynamodb/errors.ts';
import {
  active,
  type Lease,
  leaseAttribute,
  planReplacement,
  type Replacement,
  type StreamDetails,
  toAttribute,
  toViewer,
  type Viewer,
} from './leases.ts';
import { defaultStreamLimit } from './limit.ts';

export interface Acquisition {
  readonly id: string;
  readonly details: StreamDetails;
  /** Leases of the same viewer to give up in the same decision. */
  readonly replaces: readonly string[];
}

export interface Holding {
  readonly expires: number;
  readonly active: number;
  readonly limit: number;
}

export type Decision =
  | ({ readonly outcome: 'acquired' | 'already held' } & Holding)
  | { readonly outcome: 'denied'; readonly limit: number; readonly active: readonly Lease[] };

export interface StreamStore {
  /** One database call; a second one when expired leases use up the viewer's limit, or when leases are taken over. */
  acquire(viewer: string, acquisition: Acquisition): Promise<Decision>;
  /** @returns undefined when the lease has expired, was released or was taken over: it is never acquired anew. */
  renew(viewer: string, id: string): Promise<Holding | undefined>;
  release(viewer: string, id: string): Promise<void>;
  read(viewer: string): Promise<{ limit: number; active: Lease[] }>;
}

/** Tries after which a decision gives up. Each failed try means that another request of the viewer was written first. */
const maxTries = 50;
/** Seconds after the last lease's end before the table may drop the item of an anonymous viewer. */
const keepFor = 3600;

/** Condition that the set stays within a limit when `:id` is added. */
const fits = (limit: string) =>
  `(attribute_not_exists(ids) OR size(ids) < ${limit} OR (size(ids) = ${limit} AND contains(ids, :id)))`;

/**
 * Condition under which the viewer may hold `:id`: the lease is held already, or the limit allows one more. Being in the
 * set is not enough: an expired lease must not come back above a limit that was lowered meanwhile.
 */
const mayHold =
  '(contains(ids, :id) AND #lease.expires > :now) OR ' +
  `(attribute_not_exists(stream_limit) AND ${fits(':default')}) OR ` +
  `(stream_limit > :zero AND ${fits('stream_limit')})`;

/**
 * A lease never ends earlier than a caller was told: a write that is repeated because its answer was lost, or comes late,
 * must not undo a heartbeat that was answered since.
 */
const notLater = '(attribute_not_exists(#lease) OR #lease.expires <= :expires)';

/**
 * One item per viewer: the string set `ids` and an attribute `lease#<id>` for each id in it. The set never holds
 * more ids than the limit allows, whichever processes write and whichever die meanwhile, because every write that adds to
 * it has the limit as its condition. Lease ends are compared with this process's clock.
 */
export function createStreamStore(client: DynamoDBClient, table: string, leaseSeconds: number): StreamStore {
  const lease = leaseSeconds * 1000;

  function update(viewer: string, input: Partial<UpdateItemCommandInput>) {
    const command = { TableName: table, Key: { viewer: { S: viewer } }, ...input };
    return conditional(
      client.send(new UpdateItemCommand({ ...command, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' })),
    );
  }

  /** Acquires the lease, or refreshes it when it is held, by one conditional write without a read before. */
  async function tryAcquire(viewer: string, { id, details }: Acquisition, now: number): Promise<Answer> {
    const expires = now + lease;
    const cleanUp = deleteAfter(viewer, expires);
    const result = await update(viewer, {
      UpdateExpression: `ADD ids :set SET #lease = :lease${cleanUp.assignment}`,
      ConditionExpression: `(${mayHold}) AND ${notLater}`,
      ExpressionAttributeNames: { '#lease': leaseAttribute(id) },
      ExpressionAttributeValues: {
        ':id': { S: id },
        ':set': { SS: [id] },
        ':lease': toAttribute(expires, details),
        ':default': { N: String(defaultStreamLimit) },
        ':zero': { N: '0' },
        ':now': { N: String(now) },
        ':expires': { N: String(expires) },
        ...cleanUp.values,
      },
      ReturnValues: 'ALL_OLD',
    });
    return answer(result);
  }

  /** Replaces expired and taken-over leases by the new one, on condition that the viewer is still as `seen`. */
  async function replace(
    viewer: string,
    seen: Viewer,
    { stay, expired, replaced }: Replacement,
    { id, details }: Acquisition,
    expires: number,
  ): Promise<Answer> {
    const cleanUp = deleteAfter(viewer, expires);
    const dropped = [...expired.map((dead) => dead.id), ...replaced];
    const seenIds = seen.leases.map((held) => held.id);
    const result = await update(viewer, {
      UpdateExpression:
        `SET ids = :ids, #lease = :lease${cleanUp.assignment}` +
        (dropped.length > 0 ? ` REMOVE ${dropped.map((_, i) => `#gone${i}`).join(', ')}` : ''),
      ConditionExpression: [
        seenIds.length > 0 ? 'ids = :seen' : 'attribute_not_exists(ids)',
        seen.ownLimit === undefined ? 'attribute_not_exists(stream_limit)' : 'stream_limit = :limit',
        ...expired.map((_, i) => `#gone${i}.expires = :expired${i}`),
        notLater,
      ].join(' AND '),
      ExpressionAttributeNames: {
        '#lease': leaseAttribute(id),
        ...Object.fromEntries(dropped.map((other, i) => [`#gone${i}`, leaseAttribute(other)])),
      },
      ExpressionAttributeValues: {
        ':ids': { SS: [...stay, id] },
        ':lease': toAttribute(expires, details),
        ':expires': { N: String(expires) },
        ...(seenIds.length > 0 ? { ':seen': { SS: seenIds } } : {}),
        ...(seen.ownLimit === undefined ? {} : { ':limit': { N: String(seen.ownLimit) } }),
        ...Object.fromEntries(expired.map((dead, i) => [`:expired${i}`, { N: String(dead.expires) }])),
        ...cleanUp.values,
      },
      ReturnValues: 'ALL_OLD',
    });
    return answer(result);
  }

  async function acquire(viewer: string, acquisition: Acquisition): Promise<Decision> {
    const { id, replaces } = acquisition;
    // A takeover must read the set that it changes; all others write without a read first.
    let seen = replaces.length > 0 ? await load(viewer) : undefined;
    for (let tries = 0; tries < maxTries; tries++) {
      const now = Date.now();
      const plan = seen && planReplacement(seen, id, replaces, now);
      if (seen && !plan) return { outcome: 'denied', limit: seen.limit, active: active(seen, now) };
      const held = seen && holding(seen, id, now, now + lease);
      if (held && replaces.length === 0) return { outcome: 'already held', ...held };
      const expires = held?.expires ?? now + lease;

      // Without expired leases or a takeover, the plain call decides.
      const isPlain = replaces.length === 0 && !plan?.expired.length;
      const { before, written } = isPlain
        ? await tryAcquire(viewer, acquisition, now)
        : await replace(viewer, seen as Viewer, plan as Replacement, acquisition, expires);
      if (written) return granted(before, acquisition, now, expires);
      seen = before;
    }
    throw new ContentionError(
      `${maxTries} tries brought no decision on a stream: other requests of the viewer came first`,
    );
  }

  async function renew(viewer: string, id: string): Promise<Holding | undefined> {
    const now = Date.now();
    const expires = now + lease;
    const cleanUp = deleteAfter(viewer, expires);
    const result = await update(viewer, {
      UpdateExpression: `SET #lease.expires = :expires${cleanUp.assignment}`,
      ConditionExpression: `contains(ids, :id) AND #lease.expires > :now AND ${notLater}`,
      ExpressionAttributeNames: { '#lease': leaseAttribute(id) },
      ExpressionAttributeValues: {
        ':id': { S: id },
        ':expires': { N: String(expires) },
        ':now': { N: String(now) },
        ...cleanUp.values,
      },
      ReturnValues: 'ALL_NEW',
    });
    if ('item' in result) return holding(toViewer(result.item), id, now, expires);
    const after = toViewer(result.Attributes);
    return { expires, active: active(after, now).length, limit: after.limit };
  }

  async function release(viewer: string, id: string): Promise<void> {
    await update(viewer, {
      UpdateExpression: 'DELETE ids :set REMOVE #lease',
      ConditionExpression: 'contains(ids, :id)',
      ExpressionAttributeNames: { '#lease': leaseAttribute(id) },
      ExpressionAttributeValues: { ':id': { S: id }, ':set': { SS: [id] } },
    });
  }

  async function load(viewer: string): Promise<Viewer> {
    const { Item } = await client.send(
      new GetItemCommand({ TableName: table, Key: { viewer: { S: viewer } }, ConsistentRead: true }),
    );
    return toViewer(Item);
  }

  async function read(viewer: string): Promise<{ limit: number; active: Lease[] }> {
    const seen = await load(viewer);
    return { limit: seen.limit, active: active(seen, Date.now()) };
  }

  return { acquire, renew, release, read };
}

/** The viewer as it was before a write, and whether the write's condition held. */
interface Answer {
  readonly before: Viewer;
  readonly written: boolean;
}

function answer(result: { Attributes?: Item | undefined } | FailedCondition): Answer {
  return 'item' in result
    ? { before: toViewer(result.item), written: false }
    : { before: toViewer(result.Attributes), written: true };
}

function granted(before: Viewer, { id, replaces }: Acquisition, now: number, expires: number): Decision {
  const held = active(before, now);
  const others = held.filter((other) => other.id !== id && !replaces.includes(other.id));
  const outcome = held.some((other) => other.id === id) ? 'already held' : 'acquired';
  return { outcome, expires, active: others.length + 1, limit: before.limit };
}

/** The lease as it is held, if a process with a faster clock gave it a later end than this one would. */
function holding(seen: Viewer, id: string, now: number, expires: number): Holding | undefined {
  const lease = active(seen, now).find((held) => held.id === id && held.expires > expires);
  return lease && { expires: lease.expires, active: active(seen, now).length, limit: seen.limit };
}

/** Anonymous viewers come and go; a user's item must stay, since it holds the user's limit. */
function deleteAfter(viewer: string, expires: number): { assignment: string; values: Item } {
  if (!viewer.startsWith('ip#')) return { assignment: '', values: {} };
  const seconds = Math.ceil(expires / 1000) + keepFor;
  return {
    assignment: ', delete_after = :delete_after',
    values: { ':delete_after': { N: String(seconds) } },
  };
}
