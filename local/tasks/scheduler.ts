import type { Schedule } from '../../contract/cron.ts';
import { runsAfter } from '../../contract/cron-times.ts';
import type { Clock } from './clock.ts';

export interface SchedulerOptions {
  readonly schedule: Schedule;
  readonly timeZone: string;
  /** The time from which a rate counts. */
  readonly origin: number;
  /** Times up to this one have been dealt with, by this process or an earlier one. */
  readonly since: number;
  readonly clock: Clock;
  /** Called at each time of the schedule. */
  readonly start: (time: number) => void;
  /** Called with the times at which this process did not run, or slept. */
  readonly missed: (times: readonly number[]) => void;
  readonly signal: AbortSignal;
}

/** EventBridge Scheduler starts a run within a minute of its time. */
const tolerance = 60_000;

/**
 * Starts runs at the times of a schedule, until the signal aborts or the schedule ends. Like EventBridge Scheduler it does not
 * make up for missed times: a run of last night may do harm in the morning, and one command starts it by hand.
 */
export async function followSchedule(options: SchedulerOptions): Promise<void> {
  const { schedule, timeZone, origin, clock, start, missed, signal } = options;
  let last = options.since;
  for (;;) {
    const next = runsAfter(schedule, timeZone, last, origin).next();
    if (next.done) return;
    await clock.until(next.value, signal);
    if (signal.aborted) return;
    const due = runsUpTo(clock.now(), runsAfter(schedule, timeZone, last, origin));
    const late = due.filter((time) => clock.now() - time >= tolerance);
    if (late.length > 0) missed(late);
    for (const time of due.slice(late.length)) start(time);
    last = due.at(-1) ?? last;
  }
}

function runsUpTo(now: number, runs: Iterable<number>): number[] {
  const due: number[] = [];
  for (const run of runs) {
    if (run > now) break;
    due.push(run);
  }
  return due;
}
