import type { JobStatus, ScanStatus } from '../../contract/scans.ts';
import { now, updateItem } from '../asl.ts';

type Update = Parameters<typeof updateItem>[1];

export const word = (S: JobStatus | ScanStatus) => ({ S });

/** Takes a scan or a launched job up, unless it has come to its end. */
export function start(table: string) {
  return updateItem(table, {
    set: { status: word('running'), execution: { 'S.$': '$.execution' }, updated_at: now },
    condition: 'attribute_exists(id) AND #status IN (:queued, :status)',
    values: { queued: word('queued') },
  });
}

/** Writes the end of a scan or of a launched job. The condition admits our own end because the reply to the first try may
 * have been lost. */
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
