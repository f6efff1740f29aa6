import type { Item } from '../../data/dynamodb/errors.ts';
import { defaultStreamLimit } from './limit.ts';

/** Fields that a viewer sends about a stream; they are stored as they were sent. */
export type StreamDetails = Readonly<Record<string, unknown>>;

export interface Lease {
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly expires: number;
  readonly details: StreamDetails;
}

/** A viewer's item as one read or failed condition saw it. */
export interface Viewer {
  readonly limit: number;
  /** Undefined when none was set: then the default counts. */
  readonly ownLimit: number | undefined;
  /** All leases, expired ones included. */
  readonly leases: readonly Lease[];
}

const prefix = 'lease#';

export function leaseAttribute(id: string): string {
  return prefix + id;
}

export function toAttribute(expires: number, details: StreamDetails) {
  return { M: { expires: { N: String(expires) }, details: { S: JSON.stringify(details) } } };
}

export function toViewer(item: Item | undefined): Viewer {
  const own = item?.stream_limit?.N;
  const ownLimit = own === undefined ? undefined : Number(own);
  const leases = (item?.ids?.SS ?? []).map((id) => {
    const lease = item?.[leaseAttribute(id)]?.M;
    return { id, expires: Number(lease?.expires?.N), details: JSON.parse(lease?.details?.S ?? '{}') };
  });
  return { limit: ownLimit ?? defaultStreamLimit, ownLimit, leases };
}

export function active(viewer: Viewer, now: number): Lease[] {
  return viewer.leases.filter((lease) => lease.expires > now);
}

/** Which leases stay and which go when a stream is started. */
export interface Replacement {
  readonly stay: readonly string[];
  /** Expired: they go on condition that no heartbeat renews them meanwhile. */
  readonly expired: readonly Lease[];
  /** Taken over by their own viewer: they go in any case. */
  readonly replaced: readonly string[];
}

/** @returns undefined when the viewer's limit does not allow the stream `id` as well. */
export function planReplacement(
  viewer: Viewer,
  id: string,
  replaces: readonly string[],
  now: number,
): Replacement | undefined {
  const others = viewer.leases.filter((lease) => lease.id !== id);
  const replaced = others.filter((lease) => replaces.includes(lease.id));
  const remaining = others.filter((lease) => !replaces.includes(lease.id));
  const stay = remaining.filter((lease) => lease.expires > now);
  // A stream that is held stays held, also above a limit that was lowered meanwhile.
  const holds = viewer.leases.some((lease) => lease.id === id && lease.expires > now);
  if (!holds && stay.length >= viewer.limit) return undefined;
  return {
    stay: stay.map((lease) => lease.id),
    expired: remaining.filter((lease) => lease.expires <= now),
    replaced: replaced.map((lease) => lease.id),
  };
}
