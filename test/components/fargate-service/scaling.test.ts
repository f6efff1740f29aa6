import { expect } from 'chai';
import { FargateService, type FargateServiceArgs } from '../../../components/fargate-service/index.ts';
import { ofType, only, record } from '../mocks.ts';
import { behindBalancer, notInAws, resourcesOf, worker } from './fixture.ts';

const policy = 'aws:appautoscaling/policy:Policy';
const alarm = 'aws:cloudwatch/metricAlarm:MetricAlarm';

function scaled(scaling: Partial<NonNullable<FargateServiceArgs['scaling']>>, args = worker) {
  return resourcesOf({ ...args, scaling: { min: 2, max: 6, ...scaling } });
}

describe('autoscaling of a FargateService', () => {
  it('keeps a fixed number where nothing else is asked', async () => {
    const resources = await resourcesOf({ ...worker, desiredCount: 4 });
    expect(resources.filter(({ type }) => type.includes('appautoscaling'))).to.have.length(1);
    const { inputs } = only(resources, 'aws:appautoscaling/target:Target', 'api-scaling');
    expect(inputs).to.deep.include({ minCapacity: 4, maxCapacity: 4 });
    expect(only(resources, 'aws:ecs/service:Service').options.ignoreChanges).to.deep.equal(['desiredCount']);
  });

  it('owns the number of tasks, which starts at its minimum', async () => {
    const resources = await scaled({ targetCpuPercent: 60 });
    const service = only(resources, 'aws:ecs/service:Service');
    expect(service.inputs.desiredCount).to.equal(2);
    expect(service.options.ignoreChanges).to.deep.equal(['desiredCount']);
    const target = only(resources, 'aws:appautoscaling/target:Target', 'api-scaling');
    expect(target.inputs).to.deep.include({
      serviceNamespace: 'ecs',
      scalableDimension: 'ecs:service:DesiredCount',
      minCapacity: 2,
      maxCapacity: 6,
    });
    expect(target.inputs.resourceId).to.match(/^service\/api-cluster-[0-9a-f]{7}\/api-service-[0-9a-f]{7}$/);
    expect(target.options).not.to.have.property('ignoreChanges');
  });

  it('leaves the policies to others, from no task on', async () => {
    const { resources, outputs } = await record(
      () => {
        const service = new FargateService('api', { ...worker, scaling: { min: 0, max: 5, external: true } });
        return service.scalingTarget.resourceId;
      },
      { call: notInAws },
    );
    expect(ofType(resources, policy)).to.deep.equal([]);
    expect(only(resources, 'aws:appautoscaling/target:Target').inputs).to.deep.include({
      minCapacity: 0,
      maxCapacity: 5,
    });
    expect(outputs).to.match(/^service\/api-cluster-[0-9a-f]{7}\/api-service-[0-9a-f]{7}$/);
    // Without a task the release is steady at once, and the circuit breaker has nothing to count.
    expect(only(resources, 'aws:ecs/service:Service').inputs).to.deep.include({
      desiredCount: 0,
      deploymentCircuitBreaker: { enable: true, rollback: true },
    });
  });

  it('tracks CPU and memory', async () => {
    const resources = await scaled({
      targetCpuPercent: 60,
      targetMemoryPercent: 70,
      scaleInCooldownSeconds: 120,
      scaleOutCooldownSeconds: 10,
    });
    expect(ofType(resources, policy).map(({ name }) => name)).to.deep.equal([
      'api-track-cpu',
      'api-track-memory',
    ]);
    const [cpu, memory] = ofType(resources, policy).map(
      ({ inputs }) => inputs.targetTrackingScalingPolicyConfiguration,
    );
    expect(cpu).to.deep.equal({
      targetValue: 60,
      scaleInCooldown: 120,
      scaleOutCooldown: 10,
      predefinedMetricSpecification: { predefinedMetricType: 'ECSServiceAverageCPUUtilization' },
    });
    expect(memory).to.deep.include({
      targetValue: 70,
      predefinedMetricSpecification: { predefinedMetricType: 'ECSServiceAverageMemoryUtilization' },
    });
    expect(only(resources, policy, 'api-track-cpu').inputs.policyType).to.equal('TargetTrackingScaling');
  });

  it('is slow to scale in and quick to scale out', async () => {
    const { inputs } = only(await scaled({ targetCpuPercent: 60 }), policy);
    expect(inputs.targetTrackingScalingPolicyConfiguration).to.deep.include({
      scaleInCooldown: 300,
      scaleOutCooldown: 60,
    });
  });

  it('tracks the requests per task of its own target group', async () => {
    const { inputs } = only(await scaled({ targetRequestsPerTask: 1000 }, behindBalancer), policy);
    const { targetValue, predefinedMetricSpecification } =
      inputs.targetTrackingScalingPolicyConfiguration as {
        targetValue: number;
        predefinedMetricSpecification: { predefinedMetricType: string; resourceLabel: string };
      };
    expect(targetValue).to.equal(1000);
    expect(predefinedMetricSpecification.predefinedMetricType).to.equal('ALBRequestCountPerTarget');
    expect(predefinedMetricSpecification.resourceLabel).to.match(
      /^app\/api-lb-[0-9a-f]{7}\/[0-9a-f]+\/targetgroup\/api-rg-[0-9a-f]{7}\/[0-9a-f]+$/,
    );
  });

  it('adds one task from 85 % CPU on and removes one below 10 %', async () => {
    const resources = await scaled({ stepCpu: {} });
    expect(ofType(resources, policy).map(({ name, inputs }) => [name, inputs.policyType])).to.deep.equal([
      ['api-step-in', 'StepScaling'],
      ['api-step-out', 'StepScaling'],
    ]);
    expect(only(resources, policy, 'api-step-out').inputs.stepScalingPolicyConfiguration).to.deep.equal({
      adjustmentType: 'ChangeInCapacity',
      metricAggregationType: 'Average',
      cooldown: 60,
      stepAdjustments: [{ scalingAdjustment: 1, metricIntervalLowerBound: '0' }],
    });
    expect(only(resources, policy, 'api-step-in').inputs.stepScalingPolicyConfiguration).to.deep.include({
      stepAdjustments: [{ scalingAdjustment: -1, metricIntervalUpperBound: '0' }],
    });
    const busy = only(resources, alarm, 'api-busy').inputs;
    expect(busy).to.deep.include({
      namespace: 'AWS/ECS',
      metricName: 'CPUUtilization',
      statistic: 'Average',
      comparisonOperator: 'GreaterThanOrEqualToThreshold',
      threshold: 85,
      period: 60,
      evaluationPeriods: 1,
    });
    expect(Object.keys(busy.dimensions as object)).to.deep.equal(['ClusterName', 'ServiceName']);
    expect(String(busy.alarmActions)).to.contain('api-step-out');
    const idle = only(resources, alarm, 'api-idle').inputs;
    expect(idle).to.include({ comparisonOperator: 'LessThanThreshold', threshold: 10 });
    expect(String(idle.alarmActions)).to.contain('api-step-in');
  });

  it('takes other steps', async () => {
    const resources = await scaled({
      stepCpu: { upperPercent: 70, lowerPercent: 20, periodMinutes: 5, cooldownSeconds: 180 },
    });
    expect(only(resources, alarm, 'api-busy').inputs).to.include({ threshold: 70, period: 300 });
    expect(only(resources, alarm, 'api-idle').inputs).to.include({ threshold: 20, period: 300 });
    expect(only(resources, policy, 'api-step-in').inputs.stepScalingPolicyConfiguration).to.include({
      cooldown: 180,
    });
  });

  it('follows schedules, each in its time zone', async () => {
    const resources = await scaled({
      min: 0,
      schedules: [
        { name: 'day', schedule: 'cron(0 8 ? * MON-FRI *)', timeZone: 'Europe/Berlin', min: 1, max: 3 },
        { name: 'night', schedule: 'cron(0 20 ? * MON-FRI *)', min: 0, max: 0 },
      ],
    });
    const action = 'aws:appautoscaling/scheduledAction:ScheduledAction';
    expect(only(resources, action, 'api-at-day').inputs).to.deep.include({
      schedule: 'cron(0 8 ? * MON-FRI *)',
      timezone: 'Europe/Berlin',
      scalableTargetAction: { minCapacity: 1, maxCapacity: 3 },
    });
    expect(only(resources, action, 'api-at-night').inputs).to.deep.include({
      timezone: 'Etc/UTC',
      scalableTargetAction: { minCapacity: 0, maxCapacity: 0 },
    });
    expect(only(resources, 'aws:ecs/service:Service').inputs.desiredCount).to.equal(0);
    expect(only(resources, 'aws:ecs/service:Service').options.ignoreChanges).to.deep.equal(['desiredCount']);
  });
});
