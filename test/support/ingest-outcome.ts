import type { Ingest, Outcome } from '../../data/ledger/ingest.ts';

/** What a job has left in the ledger. */
export function outcomeOf(record: Ingest | undefined): Outcome | undefined {
  if (!record) return undefined;
  const { state, reason, batch, duplicate_of, rows_read, rows_accepted, rows_rejected } = record;
  if (state !== 'committed' && state !== 'rejected') return undefined;
  return { state, reason, batch, duplicate_of, rows_read, rows_accepted, rows_rejected };
}
