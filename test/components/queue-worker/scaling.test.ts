import { expect } from 'chai';
import {
  backlogOf,
  backlogPerTask,
  changeAt,
  shortage,
  shortageExpression,
  stepsIn,
  stepsOut,
  surplus,
  surplusExpression,
} from '../../../components/queue-worker/scaling.ts';

const workload = { acceptableLatencySeconds: 600, secondsPerMessage: 2, maxTasks: 10 };

describe('The number of tasks of a worker', () => {
  it('leaves each task the backlog that it can work off after it has started', () => {
    expect(backlogPerTask(workload)).to.equal(210);
    expect(backlogPerTask({ ...workload, secondsPerMessage: 0.05 })).to.equal(8400);
    expect(backlogPerTask({ ...workload, secondsPerMessage: 420 })).to.equal(1);
  });

  it('is compared by expressions of CloudWatch that compute what the functions do', () => {
    expect(shortageExpression(workload)).to.equal('CEIL(visible / 210) - FILL(running, 0)');
    expect(surplusExpression(workload)).to.equal(
      'FLOOR(FILL(running, 0) / 5 - FILL(visible, 0) / 210 - FILL(inflight, 0))',
    );
    expect(backlogOf(shortageExpression(workload))).to.equal(210);
    expect(backlogOf(surplusExpression(workload))).to.equal(undefined);
    expect(shortage(workload, 1, 0)).to.equal(1);
    expect(shortage(workload, 420, 0)).to.equal(2);
    expect(shortage(workload, 421, 2)).to.equal(1);
    expect(surplus(workload, 0, 0, 3)).to.equal(3);
    expect(surplus(workload, 0, 2.5, 3)).to.equal(0);
    expect(surplus(workload, 211, 0, 3)).to.equal(1);
  });

  for (const maxTasks of [1, 2, 10, 20, 21, 100, 5000]) {
    it(`changes in at most 20 steps without a gap, up to ${maxTasks}`, () => {
      const [out, back] = [stepsOut(maxTasks), stepsIn(maxTasks)];
      for (const steps of [out, back]) {
        expect(steps.length).to.be.at.most(20);
        expect(steps[0]?.from).to.equal(0);
        expect(steps.at(-1)?.to).to.equal(undefined);
        for (const [index, { to }] of steps.slice(0, -1).entries()) {
          expect(to).to.equal(steps[index + 1]?.from);
        }
      }
      for (let tasks = 1; tasks <= maxTasks; tasks += Math.ceil(maxTasks / 200)) {
        expect(changeAt(out, tasks - 1), `${tasks} too few`).to.be.within(tasks, Math.ceil(1.6 * tasks));
        expect(changeAt(back, tasks - 1), `${tasks} too many`).to.be.within(-tasks, -Math.floor(tasks / 1.6));
      }
      expect(changeAt(out, 10 * maxTasks)).to.equal(maxTasks);
    });
  }
});
