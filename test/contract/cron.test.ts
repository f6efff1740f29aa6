import { expect } from 'chai';
import { Cron as Peer } from 'croner';
import fc from 'fast-check';
import { parseSchedule } from '../../contract/cron.ts';
import { runsAfter } from '../../contract/cron-times.ts';
import { firstOf } from './first-of.ts';

/** The first runs after the start of a day, in UTC. */
function firstRuns(expression: string, from: string, number = 3): string[] {
  const runs = runsAfter(parseSchedule(expression), 'UTC', Date.parse(`${from}T00:00:00Z`) - 1);
  return firstOf(runs, number);
}

describe("the schedules of EventBridge Scheduler, in AWS's dialect", () => {
  for (const [expression, from, ...runs] of [
    ['cron(15 10 * * ? *)', '2026-02-28', '2026-02-28T10:15', '2026-03-01T10:15', '2026-03-02T10:15'],
    ['cron(0 18 ? * MON-FRI *)', '2026-01-02', '2026-01-02T18:00', '2026-01-05T18:00', '2026-01-06T18:00'],
    ['cron(0 8 1 * ? *)', '2026-12-02', '2027-01-01T08:00', '2027-02-01T08:00', '2027-03-01T08:00'],
    ['cron(0/25 23 * JAN ? *)', '2026-01-31', '2026-01-31T23:00', '2026-01-31T23:25', '2026-01-31T23:50'],
    ['cron(5,10 1-2 * * ? *)', '2026-01-01', '2026-01-01T01:05', '2026-01-01T01:10', '2026-01-01T02:05'],
    ['cron(10-40/20 6 * * ? *)', '2026-01-01', '2026-01-01T06:10', '2026-01-01T06:30', '2026-01-02T06:10'],
    ['cron(0 0 L * ? *)', '2028-01-31', '2028-01-31T00:00', '2028-02-29T00:00', '2028-03-31T00:00'],
    // The 1st is a Saturday and may not leave its month; the 15th of the month after is a Sunday.
    ['cron(0 0 1W 8 ? *)', '2026-08-01', '2026-08-03T00:00', '2027-08-02T00:00', '2028-08-01T00:00'],
    ['cron(0 0 15W * ? *)', '2026-11-01', '2026-11-16T00:00', '2026-12-15T00:00', '2027-01-15T00:00'],
    ['cron(0 0 31W * ? *)', '2026-05-01', '2026-05-29T00:00', '2026-07-31T00:00', '2026-08-31T00:00'],
    ['cron(0 0 ? * L *)', '2026-01-01', '2026-01-03T00:00', '2026-01-10T00:00', '2026-01-17T00:00'],
    ['cron(15 10 ? * 6L *)', '2026-01-01', '2026-01-30T10:15', '2026-02-27T10:15', '2026-03-27T10:15'],
    ['cron(0 0 ? * TUE#5 *)', '2026-01-01', '2026-03-31T00:00', '2026-06-30T00:00', '2026-09-29T00:00'],
    ['cron(0 0 ? * SAT-SUN *)', '2026-01-01', '2026-01-03T00:00', '2026-01-04T00:00', '2026-01-10T00:00'],
    ['cron(0 0 1 NOV-FEB/2 ? *)', '2026-01-01', '2026-01-01T00:00', '2026-11-01T00:00', '2027-01-01T00:00'],
    ['cron(0 0 29 2 ? *)', '2026-01-01', '2028-02-29T00:00', '2032-02-29T00:00', '2036-02-29T00:00'],
    ['cron(0 0 1 1 ? 2027-2028)', '2026-01-01', '2027-01-01T00:00', '2028-01-01T00:00'],
    ['cron(0 0 30 2 ? *)', '2026-01-01'],
  ] as [string, string, ...string[]][])
    it(`${expression} from ${from}`, () => {
      expect(firstRuns(expression, from)).to.deep.equal(runs);
    });

  for (const [expression, problem] of [
    ['0 3 * * ? *', 'the schedule must be cron(…) or rate(…), not "0 3 * * ? *"'],
    ['at(2026-01-01T00:00:00)', 'the schedule must be cron(…) or rate(…), not "at(2026-01-01T00:00:00)"'],
    ['cron(0 3 * * ?)', 'must have 6 fields (minutes hours day month weekday year), not 5'],
    ['cron(0 3 * * * *)', 'must have ? as either day or weekday'],
    ['cron(0 3 ? * ? *)', 'must have ? as either day or weekday'],
    ['cron(60 3 * * ? *)', 'minutes 60: values are 0–59'],
    ['cron(0 24 * * ? *)', 'hours 24: values are 0–23'],
    ['cron(0 3 0 * ? *)', 'day 0: values are 1–31'],
    ['cron(0 3 32W * ? *)', 'day 32W: values are 1–31'],
    ['cron(0 3 LW * ? *)', 'day LW: values are 1–31'],
    ['cron(0 3 * 13 ? *)', 'month 13: values are 1–12 or JAN–DEC'],
    ['cron(0 3 ? * 0 *)', 'weekday 0: values are 1–7 or SUN–SAT'],
    ['cron(0 3 ? * MON#6 *)', 'weekday MON#6: the number after # must be 1 to 5'],
    ['cron(0 3 ? * 3#1,6#3 *)', 'weekday 3#1: values are 1–7 or SUN–SAT'],
    ['cron(0 9-3 * * ? *)', 'hours 9-3: the second value must not be less than the first'],
    ['cron(0 3 * * ? 2200)', 'year 2200: values are 1970–2199'],
    ['cron(*/0 3 * * ? *)', 'minutes */0: values are 0–59'],
    ['cron(1-2-3 3 * * ? *)', 'minutes 1-2-3: values are 0–59'],
    ['rate(0 minutes)', 'rate(0 minutes) must be a number and minutes, hours or days, such as rate(3 hours)'],
    ['rate(5 weeks)', 'must be a number and minutes, hours or days'],
  ])
    it(`refuses ${expression}`, () => {
      expect(() => parseSchedule(expression as string)).to.throw(problem as string);
    });

  it('runs at the times of an independent implementation, in UTC', () => {
    const within = (least: number, most: number) => fc.integer({ min: least, max: most });
    const range = (least: number, most: number) =>
      fc
        .tuple(within(least, most), within(least, most))
        .map(([a, b]) => `${Math.min(a, b)}-${Math.max(a, b)}`);
    const field = (least: number, most: number) =>
      fc.oneof(
        fc.constant('*'),
        within(least, most).map(String),
        range(least, most),
        fc.tuple(range(least, most), within(1, 6)).map(([values, step]) => `${values}/${step}`),
        fc.array(within(least, most), { minLength: 1, maxLength: 4 }).map((list) => list.join(',')),
      );
    const day = fc.oneof(
      field(1, 31),
      fc.constant('L'),
      within(1, 28).map((date) => `${date}W`),
    );
    const weekday = fc.oneof(
      field(1, 7).map(
        (text) => [text, text.replace(/(?<!\/)\d+/g, (number) => String(Number(number) - 1))] as const,
      ),
      within(1, 7).map((number) => [`${number}L`, `${number - 1}L`] as const),
      fc
        .tuple(within(1, 7), within(1, 5))
        .map(([number, nth]) => [`${number}#${nth}`, `${number - 1}#${nth}`] as const),
    );
    const days = fc.oneof(
      day.map((text) => [text, '?', text, '*'] as const),
      weekday.map(([ours, theirs]) => ['?', ours, '*', theirs] as const),
    );
    const expression = fc.record({ minutes: field(0, 59), hours: field(0, 23), days, month: field(1, 12) });
    fc.assert(
      fc.property(
        expression,
        ({ minutes, hours, days: [date, weekdays, theirDate, theirWeekdays], month }) => {
          const peer = new Peer(`0 ${minutes} ${hours} ${theirDate} ${month} ${theirWeekdays}`, {
            timezone: 'UTC',
          });
          const from = '2027-12-20';
          const theirs = peer.nextRuns(6, new Date(Date.parse(`${from}T00:00:00Z`) - 1));
          const ours = firstRuns(`cron(${minutes} ${hours} ${date} ${month} ${weekdays} *)`, from, 6);
          // It gives up after some years, so it may know fewer.
          expect(ours.slice(0, theirs.length)).to.deep.equal(
            theirs.map((run) => run.toISOString().slice(0, 16)),
          );
        },
      ),
      { numRuns: 300 },
    );
  });
});
