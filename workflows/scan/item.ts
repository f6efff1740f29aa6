import type { JobStatus, ScanStatus } from '../../contract/scans.ts';
import { now, updateItem } from '../asl.ts';

type Update = Parameters<typeof updateItem>[1];

export const word = (S: JobStatus | ScanStatus) => ({ S });

/** Marks a scan or a job run as running, unless it has ended. */
export function start(table: string) {
  return updateItem(table, {
    set: { status: word('running'), execution: { 'S.$': '$.execution' }, updated_at: now },
    condition: 'attribute_exists(id) AND #status IN (:queued, :status)',
    values: { queued: word('queued') },
  });
}

/** Writes how a scan or a job run ended. The condition admits an end that this execution has written before, since the
 * reply to that write may be lost. */
export function settle(table: string, set: Update['set'], remove: string[] = []) {
  return updateItem(table, {
    set: { ...set, updated_at: now },
    remove,
    condition:
      '(attribute_not_exists(#execution) OR #execution = :execution) AND #status IN (:queued, :running, :status)',
    values: { execution: { 'S.$': '$.execution' }, queued: word('queued'), running: word('running') },
    names: { '#execution': 'execution' },
  });
}
