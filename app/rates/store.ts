import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { batchIdOf } from '../../data/rates/items.ts';
import type { Pointer } from '../../data/rates/pointer.ts';
import { addSegment, type QuotesByDay } from '../../data/rates/segment.ts';
import { createRatesTable, type Segment } from '../../data/rates/table.ts';
import type { Tree, TreeSource } from '../../data/rates/tree.ts';

import { createAnswers } from './answers.ts';

export interface RatesQuery {
  readonly from: string;
  readonly to: string;
  /** Ports' codes or regions' slugs. */
  readonly orig: string;
  readonly dest: string;
}

export interface RatesStore {
  /**
   * The prices of a lane by day. It may hold days of the first and last month that lie outside the range.
   * @returns which ends of the lane are unknown, if any are, in place of prices
   */
  read(query: RatesQuery): Promise<{ quotes: QuotesByDay } | { unknown: readonly ('orig' | 'dest')[] }>;
}

interface Commit {
  readonly batch: string;
  readonly revision: number;
}

/** Trees that are kept in memory: the active one, and the one before it for requests that began with it. */
const keptTrees = 2;
/** Batches whose state is remembered; at about 200 bytes each. */
const keptBatches = 100_000;

/**
 * Every answer is what the table held at one revision of the pointer: a batch counts when its commit made that revision
 * or an earlier one. All of its segments had been written by then. So even if the query takes long and others commit
 * meanwhile, every answer has whole files only, and one tree only. A retraction is a batch with negated counts and sums, so
 * that what is remembered of commits stays true.
 */
export function createRatesStore(client: DynamoDBClient, table: string): RatesStore {
  const rates = createRatesTable(client, table);
  const answers = createAnswers();
  const trees = new Map<string, Promise<Tree>>();
  /** The revisions of commits, which are final. */
  const committed = new Map<string, Commit>();
  /** Batches that were not committed yet when the pointer was at that revision. */
  const pending = new Map<string, number>();

  function tree(source: TreeSource): Promise<Tree> {
    const known = trees.get(source.id);
    if (known) return known;
    const loading = rates.tree(source);
    trees.set(source.id, loading);
    loading.catch(() => trees.delete(source.id));
    trim(trees, keptTrees);
    return loading;
  }

  /** The commits among the batches, by id. */
  async function commitsOf(ids: readonly string[], revision: number): Promise<Map<string, Commit>> {
    trim(committed, keptBatches);
    trim(pending, keptBatches);
    const commits = new Map<string, Commit>();
    const unsure: string[] = [];
    for (const id of ids) {
      const commit = committed.get(id);
      if (commit) commits.set(id, commit);
      else if ((pending.get(id) ?? -1) < revision) unsure.push(id);
    }
    for (const { id, batch, revision } of await rates.commits(unsure)) {
      commits.set(id, { batch, revision });
      committed.set(id, { batch, revision });
      pending.delete(id);
    }
    for (const id of unsure) if (!committed.has(id)) pending.set(id, revision);
    return commits;
  }

  async function read(query: RatesQuery) {
    const { from, to, orig, dest } = query;
    const pointer = await rates.pointer();
    const active = await tree(pointer.active);
    const unknown = (['orig', 'dest'] as const).filter((end) => {
      const id = end === 'orig' ? orig : dest;
      return !active.isPort(id) && !active.isRegion(id);
    });
    if (unknown.length > 0) return { unknown };

    // The segments of whole months are read, so every range within the same months has the same answer.
    const question = [orig, dest, from.slice(0, 7), to.slice(0, 7)].join(' ');
    return { quotes: await answers.at(pointer.revision, question, () => quotesAt(pointer, active, query)) };
  }

  async function quotesAt(pointer: Pointer, active: Tree, { from, to, orig, dest }: RatesQuery) {
    const isPortLane = active.isPort(orig) && active.isPort(dest);
    const lane = { orig, dest, tree: isPortLane ? undefined : active.id };
    const segments: Segment[] = [];
    for await (const segment of rates.segments(lane, { from, to })) segments.push(segment);

    const ids = new Set(segments.map(({ batch }) => batchIdOf(batch)));
    const commits = await commitsOf([...ids], pointer.revision);
    const quotes: QuotesByDay = new Map();
    for (const { batch, month, prices } of segments) {
      const commit = commits.get(batchIdOf(batch));
      if (commit?.batch === batch && commit.revision <= pointer.revision) addSegment(quotes, month, prices);
    }
    // A day whose prices were all retracted has none.
    for (const [day, { count }] of quotes) if (count === 0) quotes.delete(day);
    return quotes;
  }

  return { read };
}

/** Drops the oldest entries beyond the limit. */
function trim(map: Map<string, unknown>, limit: number): void {
  for (const oldest of map.keys()) {
    if (map.size <= limit) return;
    map.delete(oldest);
  }
}
