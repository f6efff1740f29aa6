import { setTimeout as sleep } from 'node:timers/promises';
import { ContentionError } from '../../data/dynamodb/errors.ts';

interface Pace {
  /** DynamoDB's read units a second that this task's scans take at the most. */
  readonly unitsPerSecond: number;
  /** Tests wait in a way of their own. @default timers */
  readonly wait?: (milliseconds: number) => Promise<unknown>;
  /** The time in milliseconds. @default the process's clock */
  readonly now?: () => number;
}

/** Milliseconds that a caller waits for its turn; then it is answered 503. */
const longestWait = 2000;

/**
 * Shares scans between callers who ask for the same, and keeps all of them to a rate. What a scan takes does not depend on what
 * it finds, so without a rate anybody could take the units of the whole table with a list that is open to everybody.
 * @param scan gives its result, and the read units that it took
 * @returns the result of the scan named by `key`
 * @throws ContentionError when so many other scans wait that this one's turn would come too late
 */
export function shareScans<T>(pace: Pace) {
  const { unitsPerSecond, wait = sleep, now = () => performance.now() } = pace;
  const underWay = new Map<string, Promise<T>>();
  /** Scans go one after the other: what one takes is known only when it is done. */
  let last: Promise<unknown> = Promise.resolve();
  /** When the next scan may start. */
  let free = 0;

  async function inTurn(scan: () => Promise<{ result: T; units: number }>, before: Promise<unknown>) {
    const asked = now();
    await before;
    const start = Math.max(free, now());
    if (start - asked > longestWait) throw new ContentionError('the list is being read by too many at once');
    if (start > now()) await wait(start - now());
    const { result, units } = await scan();
    free = start + (units / unitsPerSecond) * 1000;
    return result;
  }

  return (key: string, scan: () => Promise<{ result: T; units: number }>): Promise<T> => {
    const shared = underWay.get(key);
    if (shared) return shared;
    const own = inTurn(scan, last).finally(() => underWay.delete(key));
    underWay.set(key, own);
    last = own.catch(() => {});
    return own;
  };
}
