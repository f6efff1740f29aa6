import { setTimeout as sleep } from 'node:timers/promises';
import { reactionSeconds, shortage, surplus, type Workload } from '../../components/queue-worker/index.ts';
import type { Pool } from './pool.ts';
import type { MessageCounts } from './queue.ts';

export interface Scaling {
  readonly minTasks: number;
  readonly maxTasks: number;
  /** Messages that each task may have before it. */
  readonly backlogPerTask: number;
}

export interface ScaleOptions {
  /** Milliseconds between two looks at the queue. */
  readonly interval: number;
  readonly stop: AbortSignal;
  readonly show: (line: string) => void;
}

interface Sample extends MessageCounts {
  readonly running: number;
}

/** Looks over which the means are taken that remove tasks. AWS takes five minutes. */
const looks = 10;

/**
 * How many tasks should run, by the functions that the component's alarms compute.
 *
 * @param samples the newest last
 */
export function tasksFor(scaling: Scaling, samples: readonly Sample[]): number {
  const { minTasks, maxTasks, backlogPerTask } = scaling;
  // A workload of one second a message, whose backlog per task is the given one.
  const workload: Workload = {
    acceptableLatencySeconds: reactionSeconds + backlogPerTask,
    secondsPerMessage: 1,
    maxTasks,
  };
  const now = samples.at(-1);
  if (now === undefined) return minTasks;
  const mean = (key: keyof Sample) => samples.reduce((sum, one) => sum + one[key], 0) / samples.length;
  const missing = Math.max(0, shortage(workload, now.visible, now.running));
  const spare =
    samples.length < looks
      ? 0
      : Math.max(0, surplus(workload, mean('visible'), mean('inFlight'), mean('running')));
  return Math.min(maxTasks, Math.max(minTasks, now.running + missing - spare));
}

/** Keeps as many tasks running as the queue needs, until it is stopped. A count that fails is shown once and tried again. */
export async function scale(
  pool: Pool,
  scaling: Scaling,
  count: () => Promise<MessageCounts>,
  options: ScaleOptions,
): Promise<void> {
  let samples: Sample[] = [];
  while (!options.stop.aborted) {
    try {
      samples = [...samples, { ...(await count()), running: pool.size }].slice(-looks);
      const wanted = tasksFor(scaling, samples);
      // Means over a change of the number would remove the tasks that were just added.
      if (wanted !== pool.size) samples = [];
      pool.resize(wanted);
    } catch (error) {
      options.show(`the queue could not be looked at: ${(error as Error).message}`);
    }
    await sleep(options.interval, undefined, { signal: options.stop }).catch(() => {});
  }
}
