/**
 * The schedules of EventBridge Scheduler: `cron(minutes hours day month weekday year)` and `rate(number unit)`, in a time zone
 * (https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html).
 */
export type Schedule = Cron | Rate;

/** A schedule by the clock on the wall. */
export interface Cron {
  /** Minutes of a day at which it runs, ascending. */
  readonly minutes: readonly number[];
  readonly isDay: (date: CivilDate) => boolean;
  /** The last year in which it runs. */
  readonly lastYear: number;
  /** Whether it runs in every year. */
  readonly isEveryYear: boolean;
}

/** A schedule by elapsed time; changes of daylight saving time do not move it. */
export interface Rate {
  readonly everySeconds: number;
}

export interface CivilDate {
  readonly year: number;
  /** 1–12. */
  readonly month: number;
  readonly day: number;
  /** 1–7, Sunday is 1. */
  readonly weekday: number;
  readonly daysInMonth: number;
}

interface Field {
  readonly name: string;
  readonly least: number;
  readonly most: number;
  /** Names of the values, from `least` on. */
  readonly names?: readonly string[];
}

const minuteField: Field = { name: 'minutes', least: 0, most: 59 };
const hourField: Field = { name: 'hours', least: 0, most: 23 };
const dayField: Field = { name: 'day', least: 1, most: 31 };
const monthField: Field = {
  name: 'month',
  least: 1,
  most: 12,
  names: ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'],
};
const weekdayField: Field = {
  name: 'weekday',
  least: 1,
  most: 7,
  names: ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'],
};
const yearField: Field = { name: 'year', least: 1970, most: 2199 };

const unitSeconds = { minute: 60, hour: 3600, day: 86_400 } as const;

/**
 * Reads `cron(…)` or `rate(…)`.
 *
 * @throws an error that names the field which AWS would refuse
 */
export function parseSchedule(expression: string): Schedule {
  const [, kind, body = ''] = /^(cron|rate)\((.*)\)$/.exec(expression) ?? [];
  if (kind === 'cron') return parseCron(body);
  if (kind === 'rate') return parseRate(body);
  throw new Error(`the schedule must be cron(…) or rate(…), not "${expression}"`);
}

function parseRate(body: string): Rate {
  const [, value, unit] = /^([1-9]\d*) (minute|hour|day)s?$/.exec(body) ?? [];
  if (value === undefined)
    throw new Error(`rate(${body}) must be a number and minutes, hours or days, such as rate(3 hours)`);
  return { everySeconds: Number(value) * unitSeconds[unit as keyof typeof unitSeconds] };
}

function parseCron(body: string): Cron {
  const fields = body.trim().split(/\s+/);
  if (fields.length !== 6) {
    throw new Error(
      `cron(${body}) must have 6 fields (minutes hours day month weekday year), not ${fields.length}`,
    );
  }
  const [minutes, hours, day, month, weekday, year] = fields as [
    string,
    string,
    string,
    string,
    string,
    string,
  ];
  if ((day === '?') === (weekday === '?'))
    throw new Error(`cron(${body}) must have ? as either day or weekday`);
  const allMinutes = values(minuteField, minutes);
  const allHours = values(hourField, hours);
  const months = new Set(values(monthField, month));
  const years = new Set(values(yearField, year));
  const isDay = day === '?' ? weekdayRule(weekday) : dayRule(day);
  return {
    minutes: allHours.flatMap((hour) => allMinutes.map((minute) => 60 * hour + minute)),
    isDay: (date) => years.has(date.year) && months.has(date.month) && isDay(date),
    lastYear: Math.max(...years),
    isEveryYear: years.size === yearField.most - yearField.least + 1,
  };
}

/** `L` is the last day of the month; `15W` is the weekday, Monday to Friday, of the same month that is nearest to the 15th. */
function dayRule(text: string): Cron['isDay'] {
  if (text === 'L') return ({ day, daysInMonth }) => day === daysInMonth;
  const [, near] = /^(\d+)W$/.exec(text) ?? [];
  if (near !== undefined) {
    const wanted = numberIn(dayField, near, text);
    return (date) => date.day === nearestWorkday(wanted, date);
  }
  const days = new Set(values(dayField, text));
  return ({ day }) => days.has(day);
}

/** The day of the date's month that is no Saturday or Sunday and nearest to the one wanted; 0 when the month lacks that day. */
function nearestWorkday(wanted: number, { day, weekday, daysInMonth }: CivilDate): number {
  if (wanted > daysInMonth) return 0;
  const ofWanted = ((((weekday - 1 + wanted - day) % 7) + 7) % 7) + 1;
  if (ofWanted === 7) return wanted === 1 ? 3 : wanted - 1;
  if (ofWanted === 1) return wanted === daysInMonth ? wanted - 2 : wanted + 1;
  return wanted;
}

/** `L` is Saturday, the week's last day; `6L` is the month's last Friday, `6#3` its third. */
function weekdayRule(text: string): Cron['isDay'] {
  if (text === 'L') return ({ weekday }) => weekday === weekdayField.most;
  const [, name, number] = /^([A-Z\d]+?)(?:L|#(\d+))$/i.exec(text) ?? [];
  if (name === undefined) {
    const weekdays = new Set(values(weekdayField, text));
    return ({ weekday }) => weekdays.has(weekday);
  }
  const wanted = numberIn(weekdayField, name, text);
  if (number === undefined)
    return ({ weekday, day, daysInMonth }) => weekday === wanted && day > daysInMonth - 7;
  if (!/^[1-5]$/.test(number)) throw new Error(`weekday ${text}: the number after # must be 1 to 5`);
  return ({ weekday, day }) => weekday === wanted && Math.ceil(day / 7) === Number(number);
}

/** The values of a list such as `1,5-9,30/10`, ascending. */
function values(field: Field, text: string): number[] {
  const all = text.split(',').flatMap((part) => rangeOf(field, part));
  return [...new Set(all)].sort((a, b) => a - b);
}

function rangeOf(field: Field, part: string): number[] {
  const [range = '', step, ...rest] = part.split('/');
  const isStep = step === undefined || (/^\d+$/.test(step) && Number(step) > 0);
  const [from = '', to, ...others] = range.split('-');
  if (!isStep || rest.length > 0 || others.length > 0) throw notOf(field, part);
  const first = range === '*' ? field.least : numberIn(field, from, part);
  const last = lastOf(field, part, { range, step, to, first });
  const by = Number(step ?? 1);
  if (last >= first) return sequence(first, last, by);
  if (field.names === undefined)
    throw new Error(`${field.name} ${part}: the second value must not be less than the first`);
  // As in Quartz, from which the dialect comes, FRI-MON goes beyond the end of the week.
  const count = field.most - field.least + 1;
  return sequence(first, last + count, by).map((value) => (value > field.most ? value - count : value));
}

function sequence(first: number, last: number, by: number): number[] {
  return Array.from({ length: Math.floor((last - first) / by) + 1 }, (_, index) => first + index * by);
}

function lastOf(
  field: Field,
  part: string,
  parts: { range: string; step: string | undefined; to: string | undefined; first: number },
): number {
  if (parts.to !== undefined) return numberIn(field, parts.to, part);
  return parts.range === '*' || parts.step !== undefined ? field.most : parts.first;
}

function numberIn(field: Field, text: string, part: string): number {
  const named = field.names?.indexOf(text.toUpperCase()) ?? -1;
  const value = named >= 0 ? field.least + named : Number(/^\d+$/.test(text) ? text : Number.NaN);
  if (value >= field.least && value <= field.most) return value;
  throw notOf(field, part);
}

function notOf({ name, least, most, names }: Field, part: string): Error {
  const named = names === undefined ? '' : ` or ${names[0]}–${names.at(-1)}`;
  return new Error(`${name} ${part}: values are ${least}–${most}${named}`);
}
