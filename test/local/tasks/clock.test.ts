import { expect } from 'chai';
import { systemClock } from '../../../local/tasks/clock.ts';

describe("the laptop's clock", () => {
  it('waits until a time, and not for one that has passed', async () => {
    const { signal } = new AbortController();
    const time = Date.now() + 5;
    await systemClock.until(time, signal);
    expect(systemClock.now()).to.be.at.least(time);
    await systemClock.until(time, signal);
  });

  it('waits no longer once it is stopped', async () => {
    const stopping = new AbortController();
    const waiting = systemClock.until(Date.now() + 86_400_000, stopping.signal);
    stopping.abort();
    await waiting;
    await systemClock.until(Date.now() + 86_400_000, stopping.signal);
  });
});
