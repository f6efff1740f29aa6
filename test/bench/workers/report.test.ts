import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { draw } from '../../../bench/workers/draw.ts';
import { type Day, simulateDay, table } from '../../../bench/workers/report.ts';

const docs = new URL('../../../docs/', import.meta.url);

describe('a simulated day of a worker', () => {
  let days: Day[];
  before(() => {
    days = [simulateDay(300), simulateDay(900)];
  });

  it('is done in time with 99 of 100 messages outside of the outage', () => {
    for (const { inTime, messages } of days) {
      expect(messages).to.be.greaterThan(50_000);
      expect(inTime).to.be.at.least(0.99);
    }
  });

  it('starts the first task for the first message, within the acceptable latency', () => {
    for (const { fromZero, acceptableLatencySeconds } of days) {
      expect(fromZero.count).to.be.greaterThan(10);
      expect(fromZero.longest).to.be.at.most(acceptableLatencySeconds);
    }
  });

  it('costs less than tasks that always run and are as fast', () => {
    for (const { cost, alwaysOn } of days) expect(cost).to.be.lessThan(alwaysOn.cost);
  });

  it('is in the document as it is here', () => {
    expect(readFileSync(new URL('workers.md', docs), 'utf8')).to.include(table(days));
    expect(readFileSync(new URL('workers.svg', docs), 'utf8')).to.equal(draw(days));
  });
});
