import { expect } from 'chai';
import { monthlyCost } from '../../../stacks/plan/cost.ts';
import type { PlannedResource } from '../../../stacks/plan/planned.ts';
import { planOf } from '../../support/plans.ts';

function resource(type: string, inputs: Record<string, unknown>): PlannedResource {
  return { type, name: 'x', parent: null, inputs } as unknown as PlannedResource;
}

const revision = (family: string) => `arn:aws:ecs:us-east-1:123456789012:task-definition/${family}:1`;

/** Tasks of 1 vCPU and 2 GB on ARM: 730 × (0.03238 + 2 × 0.00356) = 28.835 USD a month on demand. */
function service(inputs: Record<string, unknown>): PlannedResource[] {
  return [
    resource('aws:ecs/service:Service', { taskDefinition: revision('app'), ...inputs }),
    resource('aws:ecs/taskDefinition:TaskDefinition', {
      family: 'app',
      cpu: '1024',
      memory: '2048',
      runtimePlatform: { cpuArchitecture: 'ARM64' },
    }),
  ];
}

const costs = (resources: PlannedResource[]) =>
  Object.fromEntries(monthlyCost(resources).lines.map(({ what, usd }) => [what, Number(usd.toFixed(2))]));

describe('the cost of a plan', () => {
  it('shares tasks out between on demand and Spot as ECS does: the base first, the rest by weight', () => {
    const capacityProviderStrategies = [
      { capacityProvider: 'FARGATE', base: 3, weight: 1 },
      { capacityProvider: 'FARGATE_SPOT', weight: 2 },
    ];
    expect(costs(service({ desiredCount: 3, capacityProviderStrategies }))).to.deep.equal({
      'tasks on demand': 86.5,
    });
    expect(costs(service({ desiredCount: 6, capacityProviderStrategies }))).to.deep.equal({
      'tasks on demand': 115.34,
      'tasks on Spot': 17.59,
    });
  });

  it('counts a public address for each task that has one', () => {
    const networkConfiguration = { assignPublicIp: true };
    const strategies = [{ capacityProvider: 'FARGATE', weight: 1 }];
    const two = { desiredCount: 2, capacityProviderStrategies: strategies, networkConfiguration };
    expect(costs(service(two))).to.deep.equal({ 'tasks on demand': 57.67, 'public addresses of tasks': 7.3 });
    expect(costs(service({ ...two, desiredCount: 0 }))).to.deep.equal({});
  });

  it('prices each service by its own task definition', () => {
    const small = {
      family: 'small',
      cpu: '256',
      memory: '512',
      runtimePlatform: { cpuArchitecture: 'ARM64' },
    };
    const capacityProviderStrategies = [{ capacityProvider: 'FARGATE', weight: 1 }];
    const both = [
      resource('aws:ecs/taskDefinition:TaskDefinition', small),
      resource('aws:ecs/service:Service', {
        taskDefinition: revision('small'),
        desiredCount: 1,
        capacityProviderStrategies,
      }),
      ...service({ desiredCount: 1, capacityProviderStrategies }),
    ];
    expect(costs(both)).to.deep.equal({ 'tasks on demand': 36.04 });
  });

  it('prices enhanced Container Insights by task and container', () => {
    const cluster = (value: string) =>
      resource('aws:ecs/cluster:Cluster', { settings: [{ name: 'containerInsights', value }] });
    const three = service({
      desiredCount: 3,
      capacityProviderStrategies: [{ capacityProvider: 'FARGATE', weight: 1 }],
    });
    const price = (value: string) => monthlyCost([cluster(value), ...three]).total - monthlyCost(three).total;
    expect(price('disabled')).to.equal(0);
    expect(price('enabled')).to.be.closeTo(6, 0.001);
    expect(price('enhanced')).to.be.closeTo(20 * (1 + 2 * 3) * 0.07, 0.001);
  });

  it('says what is charged by use, each kind once', () => {
    const resources = [
      resource('aws:cloudwatch/logGroup:LogGroup', {}),
      resource('aws:cloudwatch/logGroup:LogGroup', {}),
      resource('aws:ec2/vpcEndpoint:VpcEndpoint', { vpcEndpointType: 'Interface' }),
      resource('aws:ec2/natGateway:NatGateway', {}),
      resource('aws:lb/loadBalancer:LoadBalancer', { internal: true }),
    ];
    expect(monthlyCost(resources).usage.map(({ what, usd }) => `${usd} ${what}`)).to.deep.equal([
      '0.5 logs',
      '0.01 data through the interface endpoints',
      '0.045 data through NAT gateways',
      '0.008 load balancer units',
    ]);
    expect(
      monthlyCost([resource('aws:ec2/vpcEndpoint:VpcEndpoint', { vpcEndpointType: 'Gateway' })]).usage,
    ).to.deep.equal([]);
  });

  it('names what nobody has priced', () => {
    const { unpriced, total } = monthlyCost([resource('aws:rds/instance:Instance', {})]);
    expect(unpriced).to.deep.equal(['aws:rds/instance:Instance']);
    expect(total).to.equal(0);
  });

  for (const [stack, settings, total] of [
    ['dev', [], '6.55'],
    ['dev', ['scaling.minTasks=2'], '12.40'],
    // 60 of 168 hours a week, for tasks and their addresses.
    ['dev', ['scaling.officeHours=MON-FRI 07:00-19:00 Europe/Berlin'], '2.79'],
    ['prod', [], '194.98'],
  ] as const) {
    it(`is ${total} USD a month for ${[stack, ...settings].join(' with ')}, and knows every type`, async () => {
      const cost = monthlyCost((await planOf(stack, [...settings])).resources);
      expect(cost.unpriced).to.deep.equal([]);
      expect(cost.total.toFixed(2)).to.equal(total);
    });
  }
});
