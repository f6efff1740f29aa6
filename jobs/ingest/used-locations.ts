import type { Pointer } from '../../data/rates/pointer.ts';
import type { Job } from './job.ts';
import type { LocationList } from './location-list.ts';
import { portCode } from './port-code.ts';
import { batchesAt } from './rebuild.ts';
import { eachLane } from './rollups.ts';

/**
 * Those of the removed locations that prices still use: ports of lanes, and regions around such ports.
 * @param since only prices that were committed after this revision
 */
export async function usedIn(
  job: Job,
  { kind, removed }: LocationList,
  { revision, active }: Pointer,
  since = 0,
): Promise<ReadonlySet<string>> {
  if (removed.size === 0) return new Set();
  const batches = (await batchesAt(job, revision)).filter((batch) => batch.revision > since);
  const ports = new Set<number>();
  await eachLane(job, batches, ({ from, to }) => ports.add(from).add(to));
  const codes = [...ports].map(portCode);
  if (kind === 'ports') return new Set(codes.filter((code) => removed.has(code)));
  const tree = await job.rates.tree(active);
  return new Set(codes.flatMap((code) => tree.regionsOf(code)).filter((region) => removed.has(region)));
}
