import type { Item } from '../dynamodb/errors.ts';
import type { Counts } from '../ledger/ingest.ts';
import { batchPartition, key } from './items.ts';

/**
 * A commit of prices: those of a file, or those of an earlier commit with counts and sums negated. Its item is written
 * once, by the commit; later only `reversed_by` is added to it, once.
 */
export interface Batch {
  readonly id: string;
  /** The batch's name in the keys of its segments. */
  readonly batch: string;
  /** The file's id in the ledger. */
  readonly ingest: string;
  /** The pointer's revision that its commit made. A reader who began with an older revision must leave the batch out. */
  readonly revision: number;
  /** The stored file; none for a batch that negates another one. */
  readonly file: { readonly key: string; readonly version: string } | undefined;
  /** The content whose ports its rows were checked against. */
  readonly ports: string | undefined;
  /** Ids of the trees into which it was written before its commit. */
  readonly trees: readonly string[];
  readonly counts: Counts;
  readonly rejectsKey: string | undefined;
  /** Id of the batch that this one negates. */
  readonly reverses: string | undefined;
  /** Id of the batch that negates this one. */
  readonly reversedBy: string | undefined;
}

/**
 * A reversal has no `key`: a job of the release before, which would take its prices for additional ones when it builds a
 * tree, fails there instead.
 */
export function batchItem(batch: Omit<Batch, 'reversedBy'>): Item {
  const { rows_read, rows_accepted, rows_rejected } = batch.counts;
  return {
    ...key(batchPartition, batch.id),
    state: { S: 'COMMITTED' },
    batch: { S: batch.batch },
    ingest: { S: batch.ingest },
    revision: { N: String(batch.revision) },
    trees: { L: batch.trees.map((tree) => ({ S: tree })) },
    rows_read: { N: String(rows_read) },
    rows_accepted: { N: String(rows_accepted) },
    rows_rejected: { N: String(rows_rejected) },
    committed_at: { S: new Date().toISOString() },
    ...(batch.file === undefined ? {} : { key: { S: batch.file.key }, version: { S: batch.file.version } }),
    ...(batch.ports === undefined ? {} : { ports: { S: batch.ports } }),
    ...(batch.rejectsKey === undefined ? {} : { rejects_key: { S: batch.rejectsKey } }),
    ...(batch.reverses === undefined ? {} : { reverses: { S: batch.reverses } }),
  };
}

export function toBatch(item: Item): Batch {
  return {
    id: item.sk?.S ?? '',
    batch: item.batch?.S ?? '',
    ingest: item.ingest?.S ?? '',
    revision: Number(item.revision?.N),
    file: item.key?.S === undefined ? undefined : { key: item.key.S, version: item.version?.S ?? '' },
    ports: item.ports?.S,
    trees: (item.trees?.L ?? []).map((tree) => tree.S ?? ''),
    counts: {
      rows_read: Number(item.rows_read?.N),
      rows_accepted: Number(item.rows_accepted?.N),
      rows_rejected: Number(item.rows_rejected?.N),
    },
    rejectsKey: item.rejects_key?.S,
    reverses: item.reverses?.S,
    reversedBy: item.reversed_by?.S,
  };
}

/** The files whose prices counted at a revision, in the order of their commits. */
export function liveBatches(batches: Iterable<Batch>, revision: number): Batch[] {
  const committed = [...batches].filter((batch) => batch.revision <= revision);
  const reversed = new Set(committed.map(({ reverses }) => reverses));
  return committed
    .filter(({ id, reverses }) => reverses === undefined && !reversed.has(id))
    .sort((a, b) => a.revision - b.revision);
}
