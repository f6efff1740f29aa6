import { setTimeout as sleep } from 'node:timers/promises';

/** Waits for a condition; what it never becomes true for is up to the test's time limit to say. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await sleep(20);
}
