import { expect } from 'chai';
import { drill } from './workers/rounds.ts';

// npm run drill:workers is the whole of it: 100,000 orders.
describe('workers that are killed, stopped, and given messages twice', () => {
  it('charge each order once, and leave the poison alone in the dead-letter queue', async function () {
    this.timeout(120_000);
    const result = await drill({
      seed: 7,
      orders: 400,
      repeated: 40,
      poison: 3,
      disturbances: { kill: 2, stop: 1, double: 10 },
      visibilityTimeoutSeconds: 1,
      maxTasks: 2,
      limitSeconds: 60,
      show: () => {},
    });
    expect(result.wrong).to.deep.equal([]);
    expect(result.charged).to.equal(400);
    expect(result.dead).to.deep.equal(result.poison);
    expect(result.disturbed).to.deep.equal({ kill: 2, stop: 1, double: 10 });
    // A worker may be killed that was just asked to stop.
    expect(result.ended).to.be.at.least(2);
    expect(result.mostTasks).to.equal(2);
  });
});
