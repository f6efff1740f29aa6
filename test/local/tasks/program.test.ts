import { expect } from 'chai';
import { type ScheduleInputs, timesOf } from '../../../local/tasks/program.ts';
import { runScript } from '../../support/run-script.ts';

const times = (inputs: ScheduleInputs) => timesOf('nightly', inputs, Date.parse('2026-03-28T12:00:00Z'));

describe('the schedules of a program', () => {
  it('are told with their next runs, over a change of the clock', () => {
    const inputs = { scheduleExpression: 'cron(30 2 * * ? *)', scheduleExpressionTimezone: 'Europe/Berlin' };
    expect(times(inputs)).to.deep.equal({
      name: 'nightly',
      schedule: 'cron(30 2 * * ? *)',
      timeZone: 'Europe/Berlin',
      enabled: true,
      next: ['2026-03-30T00:30:00Z', '2026-03-31T00:30:00Z', '2026-04-01T00:30:00Z'],
      longestGapSeconds: 47 * 3600,
      skippedDays: ['2026-03-29', '2027-03-28'],
    });
  });

  it('are in UTC and switched on unless they say otherwise, and may end', () => {
    expect(times({ scheduleExpression: 'rate(12 hours)', state: 'DISABLED' })).to.deep.include({
      timeZone: 'Etc/UTC',
      enabled: false,
      next: ['2026-03-29T00:00:00Z', '2026-03-29T12:00:00Z', '2026-03-30T00:00:00Z'],
    });
    expect(times({ scheduleExpression: 'cron(0 0 1 4 ? 2026)' })).to.deep.include({
      next: ['2026-04-01T00:00:00Z'],
      longestGapSeconds: null,
    });
  });

  it('are listed by npm run task', async () => {
    const { output, errors, code } = await runScript('local/commands/task.ts', [
      '--program',
      'examples/nightly',
    ]);
    expect({ errors, code }).to.deep.equal({ errors: '', code: 0 });
    expect(output).to.match(/^report-schedule {2}cron\(0 4 \* \* \? \*\) in Europe\/Berlin\n/);
    expect(output).to.match(/\n {2}\S+Z, \S+Z, \S+Z, at most 25 hours between two\n$/);
    const wrong = await runScript('local/commands/task.ts', ['sweep', '--program', 'examples/nightly']);
    expect(wrong).to.deep.include({ code: 2 });
  });
});
