import type { CivilDate, Cron, Schedule } from './cron.ts';

const minute = 60_000;
const day = 86_400_000;

/**
 * The times at which EventBridge Scheduler starts a schedule, after `after`, in milliseconds. A time that the clock skips in
 * spring is skipped; one that comes twice in autumn runs once, here the first time (documented as "runs only once and does
 * not repeat its invocation", https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html).
 *
 * @param origin the time from which a rate counts: when its schedule was made
 */
export function* runsAfter(
  schedule: Schedule,
  timeZone: string,
  after: number,
  origin: number = after,
): Generator<number> {
  if ('everySeconds' in schedule) {
    const every = schedule.everySeconds * 1000;
    for (let next = origin + Math.max(1, Math.floor((after - origin) / every) + 1) * every; ; next += every)
      yield next;
  }
  for (const { runs } of scheduledDays(schedule, timeZone, after)) yield* runs.filter((run) => run > after);
}

/** The days of a schedule with their runs, from the day of `after` on. */
function* scheduledDays(
  schedule: Cron,
  timeZone: string,
  after: number,
): Generator<{ midnight: number; runs: number[] }> {
  const offset = offsets(timeZone);
  const first = Math.floor((after + offset(after)) / day) * day;
  for (let midnight = first; ; midnight += day) {
    const date = civilDate(midnight);
    if (date.year > schedule.lastYear) return;
    if (!schedule.isDay(date)) continue;
    // Every change of the clock lies between these two, as long as there is one in three days.
    const around = [offset(midnight - day), offset(midnight + 2 * day)] as const;
    const runs = schedule.minutes.flatMap((minutes) =>
      instantOf(midnight + minutes * minute, around, offset),
    );
    yield { midnight, runs };
  }
}

/** The first instant at which the clock shows this time, or none. */
function instantOf(
  wall: number,
  [before, later]: readonly [number, number],
  offset: (instant: number) => number,
): number[] {
  if (before === later) return [wall - before];
  const instants = [wall - before, wall - later].filter((instant) => instant + offset(instant) === wall);
  return instants.length === 0 ? [] : [Math.min(...instants)];
}

/**
 * The longest time from one run to the next, in seconds, in the years 2026 and 2027, and so with both changes of daylight
 * saving time. Infinity when the runs come to an end.
 */
export function longestGapSeconds(schedule: Schedule, timeZone: string): number {
  if ('everySeconds' in schedule) return schedule.everySeconds;
  if (!schedule.isEveryYear) return Number.POSITIVE_INFINITY;
  const [from, to] = [Date.UTC(2026, 0), Date.UTC(2028, 0)];
  let longest = 0;
  let last = Number.NaN;
  for (const { runs } of scheduledDays(schedule, timeZone, from)) {
    for (const run of runs) {
      if (run - last > longest) longest = run - last;
      last = run;
    }
    // A leap day's first run may lie beyond these years.
    if (last > to && longest > 0) return longest / 1000;
  }
  return Number.POSITIVE_INFINITY;
}

/** The days of 2026 and 2027 on which a schedule has no run, since the clock skips all of its times: `2026-03-29`. */
export function skippedDays(schedule: Schedule, timeZone: string): string[] {
  if ('everySeconds' in schedule) return [];
  const to = Date.UTC(2028, 0);
  const skipped: string[] = [];
  for (const { midnight, runs } of scheduledDays(schedule, timeZone, Date.UTC(2026, 0))) {
    if (midnight >= to) break;
    if (runs.length === 0) skipped.push(new Date(midnight).toISOString().slice(0, 10));
  }
  return skipped;
}

function civilDate(midnight: number): CivilDate {
  const date = new Date(midnight);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth() + 1];
  return {
    year,
    month,
    day: date.getUTCDate(),
    weekday: date.getUTCDay() + 1,
    daysInMonth: new Date(Date.UTC(year, month, 0)).getUTCDate(),
  };
}

/** How far the zone's clock is ahead of UTC at an instant, in milliseconds. */
function offsets(timeZone: string): (instant: number) => number {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  return (instant) => {
    const parts = Object.fromEntries(
      format.formatToParts(instant).map(({ type, value }) => [type, Number(value)]),
    );
    const { year = 0, month = 1, day: date, hour, minute: minutes, second } = parts;
    const wall = Date.UTC(year, month - 1, date, hour, minutes, second);
    return wall - Math.floor(instant / 1000) * 1000;
  };
}
