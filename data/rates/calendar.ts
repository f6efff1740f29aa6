/**
 * Calendar days in UTC, as the numbers the rollup counts with: a month is `year × 12 + month - 1`, a day of the month
 * is 1 to 31.
 */

const dayPattern = /^(\d{4})-(\d{2})-(\d{2})$/;
const millisecondsPerDay = 86_400_000;

export interface Day {
  readonly month: number;
  readonly dayOfMonth: number;
}

/** @returns undefined unless the text is an existing day, written `YYYY-MM-DD`. */
export function parseDay(text: string): Day | undefined {
  const match = dayPattern.exec(text);
  if (!match) return undefined;
  const [year, month, dayOfMonth] = [Number(match[1]), Number(match[2]), Number(match[3])];
  if (month < 1 || month > 12 || dayOfMonth < 1 || dayOfMonth > daysIn(year, month)) return undefined;
  return { month: year * 12 + month - 1, dayOfMonth };
}

/** `YYYY-MM` of a month. */
export function monthText(month: number): string {
  const year = String(Math.floor(month / 12)).padStart(4, '0');
  return `${year}-${String((month % 12) + 1).padStart(2, '0')}`;
}

/** The number of days from one valid day to another, both included: 1 for the same day, below 1 when `to` comes first. */
export function daysBetween(from: string, to: string): number {
  return (utc(to) - utc(from)) / millisecondsPerDay + 1;
}

/** Every day of the range as `YYYY-MM-DD`, newest first. */
export function* daysDescending(from: string, to: string): Generator<string> {
  const first = utc(from);
  for (let time = utc(to); time >= first; time -= millisecondsPerDay) {
    yield new Date(time).toISOString().slice(0, 10);
  }
}

function utc(day: string): number {
  return Date.parse(`${day}T00:00:00Z`);
}

function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}
