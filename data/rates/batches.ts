import type { Item } from '../dynamodb/errors.ts';
import type { Counts } from '../ledger/ingest.ts';
import { batchPartition, key } from './items.ts';

/** A committed file of prices. Its item is written once, by the commit, and never changed. */
export interface Batch {
  readonly content: string;
  /** The batch id in the keys of its segments. */
  readonly batch: string;
  /** The file's id in the ledger. */
  readonly ingest: string;
  /** The pointer's revision that its commit made. A reader who began with an older revision must leave the batch out. */
  readonly revision: number;
  /** The stored file, from which the batch is written into later trees. */
  readonly key: string;
  readonly version: string;
  /** The content whose ports its rows were checked against. Later files of ports leave its accepted rows as they are. */
  readonly ports: string | undefined;
  /** Ids of the trees into which it was written before its commit. */
  readonly trees: readonly string[];
  readonly counts: Counts;
  readonly rejectsKey: string | undefined;
}

export function batchItem(batch: Batch): Item {
  const { rows_read, rows_accepted, rows_rejected } = batch.counts;
  return {
    ...key(batchPartition, batch.content),
    state: { S: 'COMMITTED' },
    batch: { S: batch.batch },
    ingest: { S: batch.ingest },
    revision: { N: String(batch.revision) },
    key: { S: batch.key },
    version: { S: batch.version },
    trees: { L: batch.trees.map((tree) => ({ S: tree })) },
    rows_read: { N: String(rows_read) },
    rows_accepted: { N: String(rows_accepted) },
    rows_rejected: { N: String(rows_rejected) },
    committed_at: { S: new Date().toISOString() },
    ...(batch.ports === undefined ? {} : { ports: { S: batch.ports } }),
    ...(batch.rejectsKey === undefined ? {} : { rejects_key: { S: batch.rejectsKey } }),
  };
}

export function toBatch(item: Item): Batch {
  return {
    content: item.sk?.S ?? '',
    batch: item.batch?.S ?? '',
    ingest: item.ingest?.S ?? '',
    revision: Number(item.revision?.N),
    key: item.key?.S ?? '',
    version: item.version?.S ?? '',
    ports: item.ports?.S,
    trees: (item.trees?.L ?? []).map((tree) => tree.S ?? ''),
    counts: {
      rows_read: Number(item.rows_read?.N),
      rows_accepted: Number(item.rows_accepted?.N),
      rows_rejected: Number(item.rows_rejected?.N),
    },
    rejectsKey: item.rejects_key?.S,
  };
}
