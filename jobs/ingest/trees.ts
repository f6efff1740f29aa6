import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';
import type { Pointer } from '../../data/rates/pointer.ts';
import type { TreeSource } from '../../data/rates/tree.ts';
import type { Job } from './job.ts';

export function treesOf({ active, building }: Pointer): TreeSource[] {
  return [active, ...Object.values(building)];
}

/**
 * The pointer without the trees of files whose job has ended without an outcome: they would be written by every commit, and
 * read by none. The next commit of any job removes them.
 */
export async function withoutAbandoned(
  { ledger, file, commits }: Job,
  pointer: Pointer,
): Promise<{ readonly pointer: Pointer; readonly along: TransactWriteItem[] }> {
  const building: Record<string, TreeSource> = {};
  const along: TransactWriteItem[] = [];
  for (const [id, source] of Object.entries(pointer.building)) {
    if (id === file.id || (await isUnsettled(ledger, id))) building[id] = source;
    else along.push(commits.retire(source.id, 0), commits.endBuild(source.id));
  }
  return along.length === 0 ? { pointer, along } : { pointer: { ...pointer, building }, along };
}

/** Whether a file's job may still run. */
export async function isUnsettled(ledger: Job['ledger'], id: string): Promise<boolean> {
  const state = (await ledger.read(id))?.state;
  return state === 'queued' || state === 'running' || state === 'retracting';
}
