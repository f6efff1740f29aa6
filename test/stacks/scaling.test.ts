import { expect } from 'chai';
import { scalingOf } from '../../stacks/scaling.ts';
import { readSettings } from '../../stacks/settings/index.ts';
import { resourcesOf, worker } from '../components/fargate-service/fixture.ts';
import type { PlannedResource } from '../components/mocks.ts';

const target = 'aws:appautoscaling/target:Target';
const action = 'aws:appautoscaling/scheduledAction:ScheduledAction';

/** The service of a stack that is configured so. */
async function planned(settings: Record<string, string>): Promise<PlannedResource[]> {
  const config = Object.entries(settings).map(([key, value]) => [`trellis:${key}`, value]);
  return resourcesOf({ ...worker, ...scalingOf(readSettings('trellis', Object.fromEntries(config))) });
}

/**
 * One service's number of tasks as Application Auto Scaling keeps it (API reference, RegisterScalableTarget and
 * ScalableTargetAction), under a Pulumi engine that calls AWS only where inputs differ from those of its state. What
 * it does not prove: that AWS does as its documentation says.
 */
class Account {
  count = 0;
  private deployed: PlannedResource[] = [];

  async up(settings: Record<string, string>): Promise<void> {
    const before = this.deployed;
    this.deployed = await planned(settings);
    const service = this.input('aws:ecs/service:Service');
    const old = before.find(({ type }) => type === 'aws:ecs/service:Service');
    const ignored = service?.options.ignoreChanges?.includes('desiredCount') ?? false;
    if (old === undefined || (!ignored && old.inputs.desiredCount !== service?.inputs.desiredCount))
      this.count = Number(service?.inputs.desiredCount);
    const now = this.input(target);
    const was = before.find(({ type }) => type === target);
    if (now !== undefined && JSON.stringify(now.inputs) !== JSON.stringify(was?.inputs))
      this.adjust(now.inputs.minCapacity, now.inputs.maxCapacity);
  }

  /** The time of a schedule comes. */
  fire(name: string): void {
    const scheduled = this.deployed.find((resource) => resource.type === action && resource.name === name);
    const suspended = this.input(target)?.inputs.suspendedState as Record<string, boolean> | undefined;
    if (scheduled === undefined || suspended?.scheduledScalingSuspended) return;
    const limits = scheduled.inputs.scalableTargetAction as Record<string, number>;
    this.adjust(limits.minCapacity, limits.maxCapacity);
  }

  private adjust(min: unknown, max: unknown): void {
    this.count = Math.min(Number(max), Math.max(Number(min), this.count));
  }

  private input(wanted: string): PlannedResource | undefined {
    return this.deployed.find(({ type }) => type === wanted);
  }
}

const two = { 'scaling.minTasks': '2' };
const hours = { 'scaling.officeHours': 'MON-FRI 07:00-19:00 UTC' };
const three = { 'scaling.minTasks': '3' };
const later = { 'scaling.officeHours': 'MON-FRI 08:00-20:00 UTC' };

async function account(...ups: Record<string, string>[]): Promise<Account> {
  const living = new Account();
  for (const settings of ups) await living.up(settings);
  return living;
}

describe('office hours', () => {
  it('that are taken off at night bring the tasks back', async () => {
    const living = await account({ ...two, ...hours });
    living.fire('api-at-closing');
    expect(living.count).to.equal(0);
    await living.up(two);
    expect(living.count).to.equal(2);
  });

  it('that are taken off at night bring the tasks back where a policy goes on scaling them', async () => {
    const scaled = { ...two, 'scaling.maxTasks': '4', 'scaling.cpuPercent': '60' };
    const living = await account({ ...scaled, ...hours });
    living.fire('api-at-closing');
    await living.up(scaled);
    expect(living.count).to.equal(2);
  });

  it('that are taken off by day change nothing', async () => {
    const living = await account({ ...two, ...hours });
    living.fire('api-at-closing');
    living.fire('api-at-opening');
    await living.up(two);
    expect(living.count).to.equal(2);
  });

  it('that are set, by day or at night, rule from their next time on', async () => {
    const living = await account(two, { ...two, ...hours });
    expect(living.count).to.equal(2);
    living.fire('api-at-closing');
    expect(living.count).to.equal(0);
    living.fire('api-at-opening');
    expect(living.count).to.equal(2);
  });

  it('that change at night start nothing before they begin', async () => {
    const living = await account({ ...two, ...hours });
    living.fire('api-at-closing');
    await living.up({ ...two, ...later });
    expect(living.count).to.equal(0);
    living.fire('api-at-opening');
    expect(living.count).to.equal(2);
  });

  it('that change by day stop nothing before they end', async () => {
    const living = await account({ ...two, ...hours }, { ...two, ...later });
    expect(living.count).to.equal(2);
  });

  it('leave a number of tasks that changes meanwhile to the settings', async () => {
    const living = await account({ ...two, ...hours }, { ...three, ...hours });
    expect(living.count).to.equal(3);
    living.fire('api-at-closing');
    await living.up(three);
    expect(living.count).to.equal(3);
    await living.up({ 'scaling.minTasks': '1' });
    expect(living.count).to.equal(1);
  });

  it('are updates of the target and of nothing that would be replaced with it', async () => {
    const targets = [await planned(two), await planned({ ...two, ...hours })].map((resources) =>
      resources.find(({ type }) => type === target),
    );
    for (const one of targets) expect(one?.name).to.equal('api-scaling');
    const fixed = targets.map((one) => [one?.inputs.resourceId, one?.inputs.scalableDimension]);
    expect(fixed[0]).to.deep.equal(fixed[1]);
  });
});
