import { expect } from 'chai';
import { finalReport, isClean } from '../../bench/load/report.ts';
import { environment } from '../../contract/environment.ts';
import { timings as durations } from '../../contract/timings.ts';
import { readConfiguration } from '../../stacks/plan/configuration.ts';
import { drill } from './release/drill.ts';
import { failuresUntilRollback } from './release/fleet.ts';
import { scalingOfStack } from './release/scaling.ts';
import { type TrackingState, wantedTasks } from './release/target-tracking.ts';
import { scaledTimings } from './release/timings.ts';

// A fifteenth of the real durations, the shortest that leaves whole seconds of draining. npm run drill:release is the
// whole of it, with scaling and at a higher rate.
const timings = { ...scaledTimings(1 / 15), healthCheckGracePeriod: 1500 };
const rate = 60;

describe('releases under load', function () {
  this.timeout(120_000);

  it('lose no request and no write, by whichever way a task goes', async () => {
    const { phases, load, ends } = await drill({
      phases: ['rolling release', 'stop without warning', 'broken release'],
      timings,
      tasks: 3,
      rate,
      show: () => {},
    });
    expect(isClean(load), finalReport(load)).to.equal(true);
    expect(phases.map(({ outcome }) => outcome)).to.deep.equal(['released', 'replaced', 'rolled back']);
    // Three old tasks, one stopped, and as many broken ones as it takes: all ended by themselves.
    expect(ends.length).to.be.at.least(4 + failuresUntilRollback(3));
    expect(new Set(ends)).to.deep.equal(new Set([0]));
    const servers = [...load.total.servers.keys()].map((name) => name.split('-')[0]);
    expect(new Set(servers)).to.deep.equal(new Set(['v1', 'v2']));
    expect(load.verified).to.be.greaterThan(0);
  });

  it('are seen to lose requests when tasks do not drain', async () => {
    const { load } = await drill({
      phases: ['stop without warning'],
      timings,
      tasks: 2,
      rate,
      variables: { [environment.drainSeconds]: '0' },
      show: () => {},
    });
    expect(isClean(load)).to.equal(false);
    expect(load.total.failures).to.be.greaterThan(0);
    expect([...load.total.errors.keys()].join()).to.include('status 502');
  });
});

describe('durations of the release drill', () => {
  it('stand to each other as the real ones do', () => {
    const { healthCheckInterval, unhealthyThreshold, deregistrationDelay, drainSeconds } = scaledTimings(0.2);
    const ratio = (1000 * drainSeconds) / (healthCheckInterval * unhealthyThreshold);
    const real = durations.drain / (durations.healthCheckInterval * durations.unhealthyThreshold);
    expect(ratio).to.equal(real);
    expect(deregistrationDelay / healthCheckInterval).to.equal(
      durations.deregistrationDelay / durations.healthCheckInterval,
    );
  });

  it('are refused where the service cannot follow the scale', () => {
    expect(() => scaledTimings(0.1)).to.throw('whole seconds');
  });
});

describe('target tracking', () => {
  const policy = { target: 100, min: 3, max: 6, scaleOutCooldown: 1, scaleInCooldown: 5 };
  const calm: TrackingState = { metric: [], tasks: 3, sinceOut: 99, sinceIn: 99 };
  const low = new Array(15).fill(50);
  const cases: [string, Partial<TrackingState>, number][] = [
    ['waits for three periods above the target', { metric: [120, 120] }, 3],
    ['adds in proportion', { metric: [120, 120, 150] }, 5],
    ['adds up to the maximum', { metric: [900, 900, 900] }, 6],
    ['waits out the cooldown after adding', { metric: [120, 120, 120], sinceOut: 0 }, 3],
    ['keeps what is just below the target', { metric: new Array(15).fill(95), tasks: 4 }, 4],
    ['waits for fifteen periods below', { metric: low.slice(1), tasks: 5 }, 5],
    ['removes in proportion', { metric: low, tasks: 8 }, 4],
    ['removes down to the minimum', { metric: low, tasks: 4 }, 3],
    ['waits out the cooldown before removing', { metric: low, tasks: 4, sinceOut: 4 }, 4],
  ];
  for (const [title, state, wanted] of cases)
    it(title, () => expect(wantedTasks(policy, { ...calm, ...state })).to.equal(wanted));
});

describe('the policy of the scaling drill', () => {
  it('is what the stack file says, with its times shrunk', () => {
    const { config } = readConfiguration('prod');
    const perTask = Number(config['trellis:scaling.requestsPerTask']);
    const { policy, peakRate } = scalingOfStack('prod', 0.5);
    expect(policy).to.include({ target: perTask * 0.5, min: 3, max: 12 });
    // Three tasks' worth of requests a second, and a quarter more.
    expect(peakRate).to.equal((3 * perTask * 1.25) / 60);
  });

  it('is refused of a stack that does not track requests', () => {
    expect(() => scalingOfStack('dev', 0.5)).to.throw('the stack dev does not track requests per task');
  });
});
