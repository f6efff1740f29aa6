import { setTimeout as sleep } from 'node:timers/promises';
import { UnprocessedError } from './errors.ts';

/** The first pause before what was not processed is sent again; it doubles, up to the longest. In milliseconds. */
const firstPause = 50;
const longestPause = 5000;
/** Rounds without any progress after which a request gives up: after a second and a half, or half of that on average. */
const patience = 5;

/**
 * Sends a batch until all of it was processed. DynamoDB leaves out what a throttled table does not take; if that were sent
 * again at once, it would keep the table throttled.
 * @param send answers with what was left out
 * @throws UnprocessedError after `rounds` without any progress
 */
export async function untilProcessed<T>(
  all: readonly T[],
  send: (left: readonly T[]) => Promise<readonly T[]>,
  rounds = patience,
): Promise<void> {
  let left = all;
  for (let round = 0; left.length > 0; round++) {
    const unprocessed = await send(left);
    if (unprocessed.length === 0) return;
    if (unprocessed.length < left.length) round = 0;
    if (round >= rounds) throw new UnprocessedError(`the table left ${unprocessed.length} items of a batch`);
    left = unprocessed;
    // Full jitter: writers that were refused together must not come back together.
    await sleep(Math.random() * Math.min(longestPause, firstPause * 2 ** round));
  }
}
