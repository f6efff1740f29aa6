import type { Ingest } from '../../data/ledger/ingest.ts';
import type { Ledger } from '../../data/ledger/ledger.ts';
import { Problem } from '../problem.ts';
import type { Startable } from '../records/start-pending.ts';
import type { StartIngest } from './start.ts';

/** Retractions that the ledger holds, so that those are started whose start was lost. */
export function pendingRetractions(ledger: Ledger, start: StartIngest): Startable<Ingest> {
  async function unfinished() {
    const found: Ingest[] = [];
    for (
      let after: Parameters<Ledger['list']>[1]['after'], isFirst = true;
      isFirst || after;
      isFirst = false
    ) {
      const { items, last } = await ledger.list('retracting', { limit: 100, after });
      found.push(...items);
      after = last;
    }
    return found.map(({ id, execution, retraction_requested_at = '' }) => ({
      id,
      status: execution === undefined ? 'queued' : 'running',
      created_at: retraction_requested_at,
    }));
  }
  return { name: 'retraction', records: { read: ledger.read, unfinished }, start: start.retraction };
}

/**
 * Why a file's rows cannot be taken out of the rates, and what to do instead; undefined when they can.
 * @param request the call that would do it for another file: `DELETE /api/v1/ingests/<id>`
 */
export function whyNotLive(ingest: Ingest, request: (id: string) => string): string | undefined {
  const { id, kind, state, duplicate_of, replaced_by } = ingest;
  if (kind !== 'prices')
    return `the file ${id} is one of ${kind}, and only files of prices can be taken back; upload a file with the right ${kind}`;
  if (duplicate_of !== undefined)
    return `the file ${id} is a duplicate: its rows count as those of ${duplicate_of}; use ${request(duplicate_of)}`;
  switch (state) {
    case 'committed':
      return undefined;
    case 'replaced':
      return `the file ${id} was replaced${replaced_by ? ` by ${replaced_by}; use ${request(replaced_by)}` : ''}`;
    case 'retracting':
      return `the file ${id} is being retracted; once it is, upload the other file without naming this one`;
    case 'retracted':
      return `the file ${id} was retracted, so its rows do not count; upload the other file without naming this one`;
    case 'rejected':
    case 'failed':
      return `the file ${id} is ${state}: none of its rows count, so there is nothing to take back`;
    default:
      return `the file ${id} is ${state.replace('_', ' ')}: none of its rows count yet; wait until it is committed`;
  }
}

/** @throws Problem 409 that says which file it is and what to do */
export function refuseRetraction(ingest: Ingest): never {
  const why = whyNotLive(ingest, (id) => `DELETE /api/v1/ingests/${id}`);
  throw new Problem(409, why ?? `the file ${ingest.id} has changed meanwhile; try again`);
}
