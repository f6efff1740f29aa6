import { expect } from 'chai';
import { parseSchedule } from '../../contract/cron.ts';
import { longestGapSeconds, runsAfter, skippedDays } from '../../contract/cron-times.ts';
import { firstOf } from './first-of.ts';

function runs(expression: string, timeZone: string, from: string, number: number, origin?: string): string[] {
  const schedule = parseSchedule(expression);
  const times = runsAfter(
    schedule,
    timeZone,
    Date.parse(from),
    origin === undefined ? undefined : Date.parse(origin),
  );
  return firstOf(times, number);
}

describe('the times of a schedule', () => {
  describe('where the clock is put forward', () => {
    it('skips a time that the clock skips', () => {
      expect(runs('cron(30 2 * * ? *)', 'Europe/Berlin', '2026-03-28T00:00Z', 3)).to.deep.equal([
        '2026-03-28T01:30',
        '2026-03-30T00:30',
        '2026-03-31T00:30',
      ]);
      expect(runs('cron(0 2 * * ? *)', 'America/New_York', '2026-03-07T00:00Z', 2)).to.deep.equal([
        '2026-03-07T07:00',
        '2026-03-09T06:00',
      ]);
    });

    it('keeps the time on the clock', () => {
      expect(runs('cron(0 3 * * ? *)', 'Europe/Berlin', '2026-03-28T00:00Z', 3)).to.deep.equal([
        '2026-03-28T02:00',
        '2026-03-29T01:00',
        '2026-03-30T01:00',
      ]);
    });

    it('runs every hour of a day of 23', () => {
      expect(runs('cron(0 * * * ? *)', 'America/New_York', '2026-03-08T05:30Z', 3)).to.deep.equal([
        '2026-03-08T06:00',
        '2026-03-08T07:00',
        '2026-03-08T08:00',
      ]);
    });

    it('skips midnight where the clock is put forward at midnight', () => {
      expect(runs('cron(0 0 * * ? *)', 'Africa/Cairo', '2026-04-22T12:00Z', 3)).to.deep.equal([
        '2026-04-22T22:00',
        '2026-04-24T21:00',
        '2026-04-25T21:00',
      ]);
    });
  });

  describe('where the clock is put back', () => {
    it('runs once at a time that comes twice', () => {
      expect(runs('cron(30 2 * * ? *)', 'Europe/Berlin', '2026-10-24T12:00Z', 2)).to.deep.equal([
        '2026-10-25T00:30',
        '2026-10-26T01:30',
      ]);
      expect(runs('cron(0/30 1 * * ? *)', 'America/New_York', '2026-10-31T12:00Z', 3)).to.deep.equal([
        '2026-11-01T05:00',
        '2026-11-01T05:30',
        '2026-11-02T06:00',
      ]);
    });

    it('begins after the time that it is asked for, in the second of the two hours too', () => {
      expect(runs('cron(30 2 * * ? *)', 'Europe/Berlin', '2026-10-25T01:10Z', 1)).to.deep.equal([
        '2026-10-26T01:30',
      ]);
    });
  });

  it('leaves a rate alone', () => {
    expect(runs('rate(1 day)', 'Europe/Berlin', '2026-03-28T01:30Z', 3)).to.deep.equal([
      '2026-03-29T01:30',
      '2026-03-30T01:30',
      '2026-03-31T01:30',
    ]);
    expect(
      runs('rate(12 hours)', 'Europe/Berlin', '2026-10-25T00:00Z', 2, '2026-10-01T05:00Z'),
    ).to.deep.equal(['2026-10-25T05:00', '2026-10-25T17:00']);
  });

  for (const [expression, timeZone, hours] of [
    ['rate(90 minutes)', 'Europe/Berlin', 1.5],
    ['cron(0 3 * * ? *)', 'Etc/UTC', 24],
    ['cron(0 3 * * ? *)', 'Europe/Berlin', 25],
    // A time that is skipped once a year.
    ['cron(30 2 * * ? *)', 'Europe/Berlin', 47],
    ['cron(0 9 ? * MON-FRI *)', 'Etc/UTC', 72],
    ['cron(0 9 ? * MON *)', 'America/New_York', 169],
    ['cron(0 0 1 * ? *)', 'Etc/UTC', 31 * 24],
    ['cron(0/15 * * * ? *)', 'Europe/Berlin', 1.25],
    ['cron(0 0 1 1 ? 2027)', 'Etc/UTC', Number.POSITIVE_INFINITY],
    ['cron(0 0 1 1 ? *)', 'Etc/UTC', 366 * 24],
    ['cron(0 0 29 2 ? *)', 'Etc/UTC', 1461 * 24],
    ['cron(0 0 30 2 ? *)', 'Etc/UTC', Number.POSITIVE_INFINITY],
  ] as const)
    it(`${expression} in ${timeZone} leaves at most ${hours} hours between two runs`, () => {
      expect(longestGapSeconds(parseSchedule(expression), timeZone) / 3600).to.equal(hours);
    });

  for (const [expression, timeZone, days] of [
    ['cron(30 2 * * ? *)', 'Europe/Berlin', ['2026-03-29', '2027-03-28']],
    ['cron(30 2 * * ? *)', 'America/New_York', ['2026-03-08', '2027-03-14']],
    ['cron(30 2 ? * MON-SAT *)', 'America/New_York', []],
    ['cron(0 3 * * ? *)', 'Europe/Berlin', []],
    ['cron(30 2 * * ? *)', 'Etc/UTC', []],
    // Other runs of that day are left.
    ['cron(0 * * * ? *)', 'Europe/Berlin', []],
    ['rate(1 day)', 'Europe/Berlin', []],
  ] as const)
    it(`${expression} in ${timeZone} has no run on ${days.join(' and ') || 'no day of its own'}`, () => {
      expect(skippedDays(parseSchedule(expression), timeZone)).to.deep.equal(days);
    });
});
