import { setImmediate } from 'node:timers/promises';
import type { Clock } from '../../../local/tasks/clock.ts';

export interface MovedClock extends Clock {
  /** Lets all happen that falls due up to this time. */
  moveTo(time: string): Promise<void>;
  /** Sets the time at once, as after a night of sleep: what was due meanwhile falls due now. */
  jumpTo(time: string): Promise<void>;
}

interface Waiting {
  readonly time: number;
  readonly wake: () => void;
}

export function movedClock(start: string): MovedClock {
  let current = Date.parse(start);
  const waiting = new Set<Waiting>();

  async function wakeUpTo(time: number, at: (due: Waiting) => number): Promise<void> {
    // What has just been started asks for its first time a moment later.
    await setImmediate();
    for (;;) {
      const due = [...waiting].filter((one) => one.time <= time).sort((a, b) => a.time - b.time)[0];
      if (!due) return;
      current = Math.max(current, at(due));
      waiting.delete(due);
      due.wake();
      await setImmediate();
    }
  }

  return {
    now: () => current,
    until: (time, signal) =>
      new Promise((wake) => {
        if (time <= current || signal.aborted) return wake();
        waiting.add({ time, wake });
        signal.addEventListener('abort', () => wake());
      }),
    async moveTo(time) {
      await wakeUpTo(Date.parse(time), (due) => due.time);
      current = Date.parse(time);
    },
    async jumpTo(time) {
      current = Date.parse(time);
      await wakeUpTo(current, () => current);
    },
  };
}
