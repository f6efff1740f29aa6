import { createHash } from 'node:crypto';
import type { Pointer } from '../../data/rates/pointer.ts';
import type { Location } from '../../data/rates/tree.ts';
import type { locationColumns } from './location-rows.ts';

export type LocationKind = keyof typeof locationColumns;

/** The locations that become active, and those that go. */
export interface LocationList {
  readonly kind: LocationKind;
  /** The list before, from which this one was made. */
  readonly before: string | undefined;
  readonly id: string;
  readonly locations: readonly Location[];
  readonly removed: ReadonlySet<string>;
  /** The pointer's revision up to which no prices use those that go. */
  readonly checked: number;
}

/** The list's id is the hash of what is in it; a list that is the same as the active one has the active one's id. */
export function listOf(
  kind: LocationKind,
  { active, revision }: Pointer,
  before: readonly Location[],
  after: readonly Location[],
): LocationList {
  const locations = sorted(after);
  const text = JSON.stringify(locations);
  const isSame = active[kind] !== undefined && text === JSON.stringify(sorted(before));
  const hash = createHash('sha256').update(`${kind} ${text}`).digest('hex').slice(0, 32);
  const names = new Set(locations.map(({ id }) => id));
  const removed = new Set(before.map(({ id }) => id).filter((id) => !names.has(id)));
  const id = isSame ? (active[kind] as string) : hash;
  return { kind, before: active[kind], id, locations, removed, checked: revision };
}

function sorted(locations: readonly Location[]): Location[] {
  return locations
    .map(({ id, name, parent }) => ({ id, name, parent }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}
