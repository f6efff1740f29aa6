import { expect } from 'chai';
import { readSettings, type Settings } from '../../app/config.ts';
import { environment } from '../../contract/environment.ts';
import { timings } from '../../contract/timings.ts';
import { tableEnvironment } from '../../local/aws/tables.ts';
import type { Plan } from '../../stacks/plan/evaluate.ts';
import { testApp } from '../support/app.ts';
import { planOf } from '../support/plans.ts';
import { ingestEnvironment } from '../support/service.ts';

/** What the two sides really have, in seconds: the plan's resources, and the service that the plan's settings make. */
describe('the timings on which load balancer, container runtime and service must agree', () => {
  let plan: Plan;
  let settings: Settings;
  let keepAlive: number;
  let headers: number;
  let request: number;
  before(async () => {
    plan = await planOf('prod');
    settings = readSettings({
      ...ingestEnvironment,
      ...tableEnvironment('any'),
      [environment.apiKey]: 'any',
      [environment.drainSeconds]: planned(environment.drainSeconds),
    });
    const test = await testApp();
    const { keepAliveTimeout, headersTimeout, requestTimeout } = test.app.server;
    [keepAlive, headers, request] = [keepAliveTimeout / 1000, headersTimeout / 1000, requestTimeout / 1000];
    await test.close();
  });

  // biome-ignore lint/suspicious/noExplicitAny: a resource's inputs are what its provider takes
  const inputs = (type: string): any => plan.resources.find((one) => one.type === type)?.inputs;
  const container = () => JSON.parse(inputs('aws:ecs/taskDefinition:TaskDefinition').containerDefinitions)[0];
  const planned = (variable: string): string =>
    container().environment.find(({ name }: { name: string }) => name === variable).value;
  const balancerIdle = (): number => inputs('aws:lb/loadBalancer:LoadBalancer').idleTimeout;
  const target = () => inputs('aws:lb/targetGroup:TargetGroup');

  it('the service keeps an idle connection longer than the balancer, and has longer for the headers', () => {
    expect(balancerIdle()).to.be.above(0);
    expect(keepAlive).to.be.above(balancerIdle());
    expect(headers).to.be.above(keepAlive);
    expect(request).to.be.at.least(balancerIdle());
  });

  it('the balancer notices a draining task before it stops, and a stopped one before it starts another', () => {
    const { interval, timeout, healthyThreshold, unhealthyThreshold } = target().healthCheck;
    expect(timeout).to.be.below(interval);
    expect(healthyThreshold).to.be.at.least(2);
    expect(unhealthyThreshold).to.be.at.least(2);
    const noticed = interval * unhealthyThreshold;
    expect(settings.drainSeconds).to.be.at.least(noticed + 5);
  });

  it('a task that is told to stop has drained, and the balancer forgotten it, before it is killed', () => {
    const { stopTimeout } = container();
    expect(stopTimeout).to.be.at.most(120);
    expect(settings.drainSeconds + 5).to.be.at.most(stopTimeout);
    expect(target().deregistrationDelay).to.be.at.least(settings.drainSeconds).and.below(stopTimeout);
  });

  it('a lease outlives two heartbeats that were lost', () => {
    expect(settings.streamLeaseSeconds).to.be.at.least(3 * settings.streamHeartbeatSeconds);
  });

  it('are those of the contract on both sides', () => {
    const { interval, timeout, healthyThreshold, unhealthyThreshold } = target().healthCheck;
    expect({
      balancerIdle: balancerIdle(),
      keepAlive,
      headers,
      requestTimeout: request,
      healthCheckInterval: interval,
      healthCheckTimeout: timeout,
      healthyThreshold,
      unhealthyThreshold,
      deregistrationDelay: target().deregistrationDelay,
      drain: settings.drainSeconds,
      stopTimeout: container().stopTimeout,
    }).to.deep.equal(timings);
  });
});
