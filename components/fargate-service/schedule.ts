import { parseSchedule } from '../../contract/cron.ts';

/** A problem unless Application Auto Scaling takes the schedule, which it would say only during the deployment. */
export function checkSchedule(label: string, schedule: string): string | undefined {
  const [, kind, body = ''] = /^(cron|rate|at)\((.*)\)$/.exec(schedule) ?? [];
  if (kind === undefined) return `${label}: schedule must be cron(…), rate(…) or at(…), not "${schedule}"`;
  if (kind !== 'at') return checkRecurring(label, schedule);
  return /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}$/.test(body)
    ? undefined
    : `${label}: at(${body}) must be at(yyyy-mm-ddThh:mm:ss)`;
}

/** A problem unless this is a schedule by `cron(…)` or `rate(…)` that AWS takes. */
export function checkRecurring(label: string, schedule: string): string | undefined {
  try {
    parseSchedule(schedule);
    return undefined;
  } catch (error) {
    return `${label}: ${(error as Error).message}`;
  }
}

/** A problem unless this is an IANA time zone; offsets such as +01:00 are none. */
export function checkTimeZone(label: string, timeZone: string): string | undefined {
  try {
    if (/^[A-Za-z]/.test(timeZone) && Intl.DateTimeFormat('en', { timeZone })) return undefined;
  } catch {
    // Intl throws a RangeError for an unknown zone.
  }
  return `${label}: "${timeZone}" is no IANA time zone, such as Europe/Berlin`;
}
