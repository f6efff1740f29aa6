import { sweepDelaySeconds } from '../../contract/ingest.ts';
import type { Item } from '../../data/dynamodb/errors.ts';
import { listOfPartition } from '../../data/rates/items.ts';
import type { Pointer } from '../../data/rates/pointer.ts';
import type { Job } from './job.ts';
import { treesOf } from './trees.ts';

/** Tries for a list, while commits of prices move the pointer. The next sweep comes to what is left. */
const maxTries = 5;

/** The lists of locations that a sweep comes across, of which it removes those that no tree is made from. */
export interface UnusedLists {
  /** Takes note of an item of the table. */
  see(item: Item): void;
  /** @returns how many lists were removed */
  finish(): Promise<number>;
}

interface FoundList {
  /** Sort keys of its items. */
  readonly items: string[];
  /** Milliseconds; undefined when nothing says that it is unused. */
  since: number | undefined;
}

/**
 * A list that no tree of the pointer names gets the time since when it is known to be unused, and goes `sweepDelaySeconds`
 * after that: readers who began before may still read it. A job that writes the list again takes the time away.
 *
 * A list that batches name stays: a job that makes a batch's lanes from its upload reads the rows by that list, and one of
 * the release before would take all of them for unknown ports.
 */
export function unusedLists({ rates, commits }: Job, now: number): UnusedLists {
  const lists = new Map<string, FoundList>();
  let named: { readonly revision: number; readonly by: ReadonlySet<string | undefined> } | undefined;

  async function isNamed(id: string, revision: number): Promise<boolean> {
    if (named?.revision !== revision) {
      const by = new Set<string | undefined>();
      for await (const { ports } of rates.allBatches()) by.add(ports);
      named = { revision, by };
    }
    return named.by.has(id);
  }

  async function remove(id: string, { items, since }: FoundList): Promise<boolean> {
    for (let tries = 0; tries < maxTries; tries++) {
      const pointer = await rates.pointer();
      if (isUsed(pointer, id)) return false;
      if (since === undefined) {
        if (await commits.markUnused(id, now, pointer.revision)) return false;
      } else {
        if (now - since < sweepDelaySeconds * 1000 || (await isNamed(id, pointer.revision))) return false;
        if (await commits.removeList(id, items, since, pointer.revision)) return true;
      }
    }
    return false;
  }

  return {
    see: ({ pk, sk, unused_since }) => {
      const id = listOfPartition(pk?.S ?? '');
      if (id === undefined) return;
      const list: FoundList = lists.get(id) ?? { items: [], since: undefined };
      lists.set(id, list);
      list.items.push(sk?.S ?? '');
      if (unused_since?.N !== undefined) list.since = Number(unused_since.N);
    },
    finish: async () => {
      let removed = 0;
      for (const [id, list] of lists) if (await remove(id, list)) removed++;
      return removed;
    },
  };
}

function isUsed(pointer: Pointer, id: string): boolean {
  return treesOf(pointer).some(({ regions, ports }) => regions === id || ports === id);
}
