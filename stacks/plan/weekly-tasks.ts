/** A scheduled action of Application Auto Scaling, as far as it decides how many tasks there are. */
export interface ScheduledLimits {
  readonly schedule: string;
  readonly timezone: string;
  readonly minCapacity: number;
  readonly maxCapacity: number;
}

const minutesPerDay = 24 * 60;
const minutesPerWeek = 7 * minutesPerDay;
const weekdays = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

/**
 * The share of a week for which there are how many tasks, where nothing but schedules changes their number: `[0, 0.64]`
 * and `[1, 0.36]` with office hours. Undefined where a schedule is not one of every week (`rate`, `at`, days of a
 * month), or they are of several time zones, which shift against each other twice a year.
 */
export function weeklyTasks(
  actions: readonly ScheduledLimits[],
): [tasks: number, share: number][] | undefined {
  if (actions.length === 0 || new Set(actions.map(({ timezone }) => timezone)).size > 1) return undefined;
  const times = actions.map(({ schedule }) => minutesOf(schedule));
  if (times.some((minutes) => minutes === undefined || minutes.length === 0)) return undefined;
  const changes = actions
    .flatMap(({ minCapacity, maxCapacity }, at) =>
      (times[at] ?? []).map((minute) => ({ minute, minCapacity, maxCapacity })),
    )
    .sort((a, b) => a.minute - b.minute);
  const shares = new Map<number, number>();
  let tasks = 0;
  // The first round only finds out how many there are when the week begins.
  for (const round of [1, 2]) {
    for (const [at, { minute, minCapacity, maxCapacity }] of changes.entries()) {
      tasks = Math.min(maxCapacity, Math.max(minCapacity, tasks));
      const until = changes[at + 1]?.minute ?? (changes[0]?.minute ?? 0) + minutesPerWeek;
      if (round === 2) shares.set(tasks, (shares.get(tasks) ?? 0) + (until - minute) / minutesPerWeek);
    }
  }
  return [...shares];
}

/** Minutes of a week that begins on Sunday. */
function minutesOf(schedule: string): number[] | undefined {
  const [minute, hour, day, month, weekday, year] =
    /^cron\((.*)\)$/.exec(schedule)?.[1]?.trim().split(/\s+/) ?? [];
  if (year === undefined || weekday === undefined || month !== '*' || year !== '*') return undefined;
  if (day !== '*' && day !== '?') return undefined;
  const named = weekday.replace(/[A-Z]{3}/g, (name) => String(weekdays.indexOf(name) + 1));
  const days = valuesOf(named === '?' ? '*' : named, 1, 7);
  const hours = valuesOf(hour ?? '', 0, 23);
  const minutes = valuesOf(minute ?? '', 0, 59);
  if (days === undefined || hours === undefined || minutes === undefined) return undefined;
  return days.flatMap((one) =>
    hours.flatMap((of) => minutes.map((at) => (one - 1) * minutesPerDay + of * 60 + at)),
  );
}

/** Of a cron field such as `*`, `7`, `2-6`, `1,15`, `0/10`; undefined for another. */
function valuesOf(field: string, least: number, most: number): number[] | undefined {
  const parts = field.split(',').map((part) => {
    const match = /^(?:\*|(\d+)(?:-(\d+))?)(?:\/(\d+))?$/.exec(part);
    if (match === null) return undefined;
    const [, from, to, step] = match;
    const first = from === undefined ? least : Number(from);
    const last = to !== undefined ? Number(to) : from !== undefined && step === undefined ? first : most;
    const by = Number(step ?? 1);
    if (first < least || last > most || by < 1) return undefined;
    return Array.from(
      { length: Math.max(0, Math.floor((last - first) / by) + 1) },
      (_, at) => first + at * by,
    );
  });
  return parts.includes(undefined) ? undefined : parts.flatMap((values) => values ?? []);
}
