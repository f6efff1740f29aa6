import { expect } from 'chai';
import {
  mostPageReadUnits,
  pageReadUnits,
  pageReadUnitsPerTask,
  partition,
} from '../../contract/capacity.ts';

describe('the read units of the page', () => {
  for (const [tasks, perTask] of [
    [0, mostPageReadUnits],
    [1, mostPageReadUnits],
    [6, mostPageReadUnits],
    [7, 214],
    [12, 124],
    [1000, 1],
  ] as const)
    it(`are ${perTask} a task of ${tasks}`, () => expect(pageReadUnitsPerTask(tasks)).to.equal(perTask));

  it('are below what an item gives, and as near to it as whole numbers allow', () => {
    for (let tasks = 1; tasks <= 1000; tasks++) {
      const perTask = pageReadUnitsPerTask(tasks);
      expect(pageReadUnits(tasks, perTask)).to.be.below(partition.readUnits);
      if (perTask < mostPageReadUnits)
        expect(pageReadUnits(tasks, perTask + 1)).to.be.at.least(partition.readUnits);
    }
  });
});
