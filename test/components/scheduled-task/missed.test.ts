import { expect } from 'chai';
import { missedWatch } from '../../../components/scheduled-task/missed.ts';

describe('the alarm on missed runs', () => {
  for (const [schedule, timeZone, period, evaluationPeriods] of [
    ['rate(5 minutes)', 'Etc/UTC', 60, 20],
    // An hour comes twice in autumn.
    ['cron(0 * * * ? *)', 'Europe/Berlin', 60, 135],
    ['cron(0 * * * ? *)', 'Etc/UTC', 60, 75],
    ['rate(12 hours)', 'Europe/Berlin', 300, 147],
    ['cron(0 3 * * ? *)', 'Etc/UTC', 3600, 25],
    ['cron(0 3 * * ? *)', 'America/New_York', 3600, 26],
    // Skipped in the night of the change in spring.
    ['cron(30 2 * * ? *)', 'America/New_York', 3600, 48],
    ['cron(0 9 ? * MON-FRI *)', 'Etc/UTC', 3600, 73],
  ] as const)
    it(`watches ${schedule} in ${timeZone} for ${evaluationPeriods} periods of ${period} s`, () => {
      const watch = missedWatch({ schedule, timeZone, graceSeconds: 900, enabled: true });
      expect(watch).to.deep.equal({ periods: { period, evaluationPeriods } });
      expect(period * evaluationPeriods).to.be.at.most(period < 3600 ? 86_400 : 604_800);
    });

  for (const [schedule, hours] of [
    ['cron(0 9 ? * MON *)', 7 * 24],
    ['cron(0 0 1 * ? *)', 31 * 24],
    ['cron(0 0 1 1,7 ? *)', 184 * 24],
  ] as const)
    it(`waits for the next run of ${schedule}, since CloudWatch looks back seven days`, () => {
      const watch = missedWatch({ schedule, timeZone: 'Etc/UTC', graceSeconds: 900, enabled: true });
      expect(watch).to.deep.equal({ waitSeconds: hours * 3600 + 900 });
    });

  for (const schedule of ['cron(0 0 1 1 ? 2027)', 'cron(0 0 1 1 ? *)', 'cron(0 0 29 2 ? *)'])
    it(`is none for ${schedule}, whose runs end or are a year apart`, () => {
      const settings = { schedule, timeZone: 'Etc/UTC', graceSeconds: 900, enabled: true };
      expect(missedWatch(settings)).to.equal(undefined);
    });

  it('is none for a task that does not run by its schedule', () => {
    const off = { schedule: 'rate(1 hour)', timeZone: 'Etc/UTC', graceSeconds: 900, enabled: false };
    expect(missedWatch(off)).to.equal(undefined);
  });
});
