import { parseSchedule } from '../../contract/cron.ts';
import { longestGapSeconds } from '../../contract/cron-times.ts';
import type { Settings } from './defaults.ts';

/** How it is found out that a run was missed: one of the two. */
interface MissedWatch {
  /** Periods of a metric in which at least one run must have begun. */
  periods?: { period: number; evaluationPeriods: number };
  /** Seconds for which an execution waits, after each run, for the next one. */
  waitSeconds?: number;
}

/** CloudWatch looks back a day at most with periods below an hour, and seven days with longer ones (API reference,
 * PutMetricAlarm). */
const lookBacks = [
  { period: 60, most: 3 * 3600 },
  { period: 300, most: 86_400 },
  { period: 3600, most: 7 * 86_400 },
];

/** Step Functions keeps an execution for a year; a day is left for what is around the wait. */
const longestWaitSeconds = 364 * 86_400;

/** Undefined for a task that does not run by its schedule, and for one whose runs end or may be a year apart. */
export function missedWatch({
  schedule,
  timeZone,
  graceSeconds,
  enabled,
}: Pick<Settings, 'schedule' | 'timeZone' | 'graceSeconds' | 'enabled'>): MissedWatch | undefined {
  if (!enabled) return undefined;
  const seconds = longestGapSeconds(parseSchedule(schedule), timeZone) + graceSeconds;
  const found = lookBacks.find(({ most }) => seconds <= most);
  if (found !== undefined) {
    return { periods: { period: found.period, evaluationPeriods: Math.ceil(seconds / found.period) } };
  }
  return seconds <= longestWaitSeconds ? { waitSeconds: seconds } : undefined;
}
