import type { Item } from '../dynamodb/errors.ts';
import { buildPartition, draftPartition, key } from './items.ts';

/**
 * The batches that a job is writing for a file. The draft is there before the first segment, and the commit removes it in
 * its transaction, so that segments whose batch has neither a draft nor a commit are dead, and stay dead: names are not
 * used again.
 */
export interface Draft {
  /** The file's id in the ledger. */
  readonly ingest: string;
  /** The batch to add: its id, and its name in segments. */
  readonly adds: { readonly id: string; readonly batch: string } | undefined;
  /** The batch that negates an earlier one. */
  readonly reversal: { readonly id: string; readonly batch: string; readonly of: string } | undefined;
}

export function draftItem({ ingest, adds, reversal }: Draft): Item {
  return {
    ...key(draftPartition, ingest),
    ...(adds === undefined ? {} : { adds_id: { S: adds.id }, adds_batch: { S: adds.batch } }),
    ...(reversal === undefined
      ? {}
      : {
          reversal_id: { S: reversal.id },
          reversal_batch: { S: reversal.batch },
          reversal_of: { S: reversal.of },
        }),
  };
}

export function toDraft(item: Item): Draft {
  const { sk, adds_id, adds_batch, reversal_id, reversal_batch, reversal_of } = item;
  return {
    ingest: sk?.S ?? '',
    adds: adds_id?.S === undefined ? undefined : { id: adds_id.S, batch: adds_batch?.S ?? '' },
    reversal:
      reversal_id?.S === undefined
        ? undefined
        : { id: reversal_id.S, batch: reversal_batch?.S ?? '', of: reversal_of?.S ?? '' },
  };
}

/** The names of the batches that a draft writes. */
export function namesOf({ adds, reversal }: Draft): string[] {
  return [adds, reversal].flatMap((part) => (part === undefined ? [] : [part.batch]));
}

/** How far a tree is built. */
export interface Build {
  readonly tree: string;
  /** The tree is made from the files that count at this revision; later commits write into it themselves. */
  readonly since: number;
  /** Items that are written; the order of items is the same in every run. */
  readonly written: number;
}

export function buildItem({ tree, since, written }: Build): Item {
  return { ...key(buildPartition, tree), since: { N: String(since) }, written: { N: String(written) } };
}

export function toBuild(item: Item): Build {
  return {
    tree: item.sk?.S ?? '',
    since: Number(item.since?.N),
    written: Number(item.written?.N ?? 0),
  };
}
