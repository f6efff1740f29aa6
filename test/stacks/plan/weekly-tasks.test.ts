import { expect } from 'chai';
import { weeklyTasks } from '../../../stacks/plan/weekly-tasks.ts';

const at = (schedule: string, min: number, max = min, timezone = 'UTC') => ({
  schedule,
  timezone,
  minCapacity: min,
  maxCapacity: max,
});
/** Hours of the week, by number of tasks. */
const hours = (...actions: ReturnType<typeof at>[]) =>
  weeklyTasks(actions)?.map(([tasks, share]) => [tasks, Number((share * 168).toFixed(3))]);

describe('the tasks of a week', () => {
  for (const [what, actions, expected] of [
    [
      'office hours',
      [at('cron(0 7 ? * MON-FRI *)', 2), at('cron(0 19 ? * MON-FRI *)', 0)],
      [
        [2, 60],
        [0, 108],
      ],
    ],
    [
      'weekends, over the end of the week',
      [at('cron(30 18 ? * FRI *)', 0), at('cron(0 6 ? * 2 *)', 3)],
      [
        [3, 108.5],
        [0, 59.5],
      ],
    ],
    [
      'every hour, by lists and steps',
      [at('cron(0 0/2 * * ? *)', 1), at('cron(0 1,3,5,7,9,11,13,15,17,19,21,23 * * ? *)', 2)],
      [
        [1, 84],
        [2, 84],
      ],
    ],
    ['limits that hold already', [at('cron(0 8 * * ? *)', 1, 4), at('cron(0 20 * * ? *)', 1, 2)], [[1, 168]]],
  ] as const) {
    it(`are counted for ${what}`, () => {
      expect(hours(...actions)).to.deep.equal(expected);
    });
  }

  it('are unknown for schedules that are not of every week, or of several time zones', () => {
    for (const schedule of [
      'rate(1 day)',
      'at(2030-01-01T00:00:00)',
      'cron(0 8 1 * ? *)',
      'cron(0 8 ? 6 MON *)',
      'cron(0 8 ? * MON#1 *)',
      'cron(0 8 ? * MON 2030)',
    ]) {
      expect(weeklyTasks([at(schedule, 1)]), schedule).to.equal(undefined);
    }
    expect(weeklyTasks([])).to.equal(undefined);
    expect(
      weeklyTasks([at('cron(0 8 * * ? *)', 1), at('cron(0 20 * * ? *)', 0, 0, 'Europe/Berlin')]),
    ).to.equal(undefined);
  });
});
