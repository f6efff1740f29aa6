/** A problem unless Application Auto Scaling takes the schedule, which it would say only during the deployment. */
export function checkSchedule(label: string, schedule: string): string | undefined {
  const match = /^(cron|rate|at)\((.*)\)$/.exec(schedule);
  const body = match?.[2] ?? '';
  switch (match?.[1]) {
    case 'cron':
      return checkCron(label, body);
    case 'rate':
      return /^([1-9]\d*) (minutes?|hours?|days?)$/.test(body)
        ? undefined
        : `${label}: rate(${body}) must be a number and minutes, hours or days`;
    case 'at':
      return /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}$/.test(body)
        ? undefined
        : `${label}: at(${body}) must be at(yyyy-mm-ddThh:mm:ss)`;
    default:
      return `${label}: schedule must be cron(…), rate(…) or at(…), not "${schedule}"`;
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

function checkCron(label: string, body: string): string | undefined {
  const fields = body.trim().split(/\s+/);
  if (fields.length !== 6) {
    return `${label}: cron(${body}) must have 6 fields (minutes hours day month weekday year), not ${fields.length}`;
  }
  const [, , day, , weekday] = fields;
  if ((day === '?') === (weekday === '?')) {
    return `${label}: cron(${body}) must have ? as either day or weekday`;
  }
  return undefined;
}
