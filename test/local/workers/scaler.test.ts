import { expect } from 'chai';
import { tasksFor } from '../../../local/workers/scaler.ts';

describe('the number of tasks on the laptop', () => {
  const scaling = { minTasks: 0, maxTasks: 4, backlogPerTask: 10 };
  const idle = { visible: 0, inFlight: 0, running: 2 };

  it('is the least while nothing is known', () => {
    expect(tasksFor({ ...scaling, minTasks: 1 }, [])).to.equal(1);
  });

  for (const [visible, running, tasks] of [
    [0, 0, 0],
    [1, 0, 1],
    [11, 0, 2],
    [11, 2, 2],
    [100, 1, 4],
  ] as const)
    it(`is ${tasks} at ${visible} messages and ${running} tasks`, () => {
      expect(tasksFor(scaling, [{ visible, inFlight: 0, running }])).to.equal(tasks);
    });

  it('falls to none after ten looks at an empty queue, and no sooner', () => {
    expect(tasksFor(scaling, Array(9).fill(idle))).to.equal(2);
    expect(tasksFor(scaling, Array(10).fill(idle))).to.equal(0);
    expect(tasksFor({ ...scaling, minTasks: 1 }, Array(10).fill(idle))).to.equal(1);
  });

  it('does not fall below the messages in work', () => {
    expect(tasksFor(scaling, Array(10).fill({ ...idle, inFlight: 1 }))).to.equal(1);
  });
});
