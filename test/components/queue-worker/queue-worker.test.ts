import { expect } from 'chai';
import { Queue } from '../../../components/queue/index.ts';
import { QueueWorker, type QueueWorkerArgs } from '../../../components/queue-worker/index.ts';
import { findings } from '../../../stacks/policy/index.ts';
import { image, notInAws, placement } from '../fargate-service/fixture.ts';
import { children, ofType, only, record, statements } from '../mocks.ts';

const topic = 'arn:aws:sns:us-east-1:123456789012:alarms';
const policyType = 'aws:appautoscaling/policy:Policy';
const alarmType = 'aws:cloudwatch/metricAlarm:MetricAlarm';

async function resourcesOf(args: Partial<QueueWorkerArgs> = {}, visibilityTimeoutSeconds = 60) {
  const { resources } = await record(
    () => {
      const orders = new Queue('orders', { visibilityTimeoutSeconds });
      new QueueWorker('worker', {
        queue: orders.reference,
        acceptableLatencySeconds: 600,
        secondsPerMessage: 2,
        placement,
        image,
        ...args,
      });
    },
    { call: notInAws },
  );
  return resources;
}

async function refusal(args: Partial<QueueWorkerArgs>): Promise<string> {
  try {
    await resourcesOf(args);
  } catch (error) {
    return String(error);
  }
  return 'accepted';
}

interface Query {
  id: string;
  expression?: string;
  metric?: { period: number; stat: string };
}

function queriesOf(resources: Resources, name: string): Query[] {
  return only(resources, alarmType, name).inputs.metricQueries as Query[];
}

type Resources = Awaited<ReturnType<typeof resourcesOf>>;

describe('QueueWorker', () => {
  it('is a service, two policies with their alarms, and a schedule that keeps the metrics current', async () => {
    expect(children(await resourcesOf(), 'worker')).to.include.members([
      `${policyType} worker-scale-in`,
      `${policyType} worker-scale-out`,
      `${alarmType} worker-backlog`,
      `${alarmType} worker-spare`,
      'aws:iam/role:Role worker-keep-active',
      'aws:iam/rolePolicy:RolePolicy worker-keep-active',
      'aws:scheduler/schedule:Schedule worker-keep-active',
      'trellis:index:FargateService worker',
    ]);
  });

  it('starts at no task, may have ten, and runs on Spot but for the first', async () => {
    const resources = await resourcesOf();
    expect(only(resources, 'aws:appautoscaling/target:Target').inputs).to.deep.include({
      minCapacity: 0,
      maxCapacity: 10,
    });
    expect(only(resources, 'aws:ecs/service:Service').inputs.capacityProviderStrategies).to.deep.equal([
      { capacityProvider: 'FARGATE', base: 1, weight: 0 },
      { capacityProvider: 'FARGATE_SPOT', weight: 1 },
    ]);
  });

  it('adds the tasks that the backlog needs, from none on', async () => {
    const resources = await resourcesOf({ maxTasks: 3 });
    const metricQueries = queriesOf(resources, 'worker-backlog');
    expect(metricQueries[0]).to.deep.equal({
      id: 'tasks',
      expression: 'CEIL(visible / 210) - FILL(running, 0)',
      label: 'tasks',
      returnData: true,
    });
    expect(metricQueries.map(({ metric }) => metric?.stat)).to.deep.equal([
      undefined,
      'Maximum',
      'SampleCount',
    ]);
    expect(only(resources, alarmType, 'worker-backlog').inputs).to.deep.include({
      comparisonOperator: 'GreaterThanOrEqualToThreshold',
      threshold: 1,
      evaluationPeriods: 1,
      treatMissingData: 'notBreaching',
    });
    const { inputs } = only(resources, policyType, 'worker-scale-out');
    expect(inputs.stepScalingPolicyConfiguration).to.deep.include({
      stepAdjustments: [
        { scalingAdjustment: 1, metricIntervalLowerBound: '0', metricIntervalUpperBound: '1' },
        { scalingAdjustment: 2, metricIntervalLowerBound: '1', metricIntervalUpperBound: '2' },
        { scalingAdjustment: 3, metricIntervalLowerBound: '2' },
      ],
    });
  });

  it('removes spare tasks by means over five minutes, all with the same period', async () => {
    const metrics = queriesOf(await resourcesOf(), 'worker-spare').flatMap(({ metric }) =>
      metric === undefined ? [] : [[metric.period, metric.stat]],
    );
    expect(metrics).to.deep.equal([
      [300, 'Average'],
      [300, 'Average'],
      [300, 'SampleCount'],
    ]);
  });

  it('tells the container its queue, and lets it take messages and protect its own tasks', async () => {
    const resources = await resourcesOf();
    const definition = only(resources, 'aws:ecs/taskDefinition:TaskDefinition');
    const [container] = JSON.parse(String(definition.inputs.containerDefinitions));
    const value = (name: string) =>
      container.environment.find((variable: { name: string }) => variable.name === name)?.value;
    expect(value('QUEUE_VISIBILITY_TIMEOUT_SECONDS')).to.equal('60');
    expect(value('QUEUE_URL')).to.match(/orders/);
    expect(value('QUEUE_STOP_TIMEOUT_SECONDS')).to.equal('120');
    expect(container.stopTimeout).to.equal(120);
    const policy = only(resources, 'aws:iam/rolePolicy:RolePolicy', 'worker-messages').inputs.policy;
    const [take, protect] = statements(policy);
    expect(take).to.deep.include({ Sid: 'ConsumeMessages' });
    expect(String(take?.Resource)).to.match(/:orders-[0-9a-f]{7}$/);
    expect(protect).to.deep.include({ Sid: 'ProtectTasks' });
    expect(String(protect?.Resource)).to.match(/:task\/worker-cluster[^/]*\/\*$/);
  });

  it('has alarms for people only where there is somebody to tell', async () => {
    const silent = ofType(await resourcesOf(), alarmType).map(({ name }) => name);
    expect(silent).to.deep.equal(['worker-backlog', 'worker-spare']);
    const resources = await resourcesOf({ alarmActionArns: [topic] });
    expect(only(resources, alarmType, 'worker-late').inputs).to.deep.include({
      threshold: 600,
      metricName: 'ApproximateAgeOfOldestMessage',
      alarmActions: [topic],
    });
    expect(only(resources, alarmType, 'worker-takes-none').inputs.evaluationPeriods).to.equal(9);
  });

  it('breaks no rule of the policy, production included', async () => {
    const resources = await resourcesOf({
      alarmActionArns: [topic],
      image: { uri: `registry.example/app@sha256:${'1'.repeat(64)}` },
      clusterArn: 'arn:aws:ecs:us-east-1:123456789012:cluster/shared',
    });
    expect(findings(resources, 'production')).to.deep.equal([]);
  });

  it('needs no schedule where a task always runs, since that asks the queue itself', async () => {
    expect(ofType(await resourcesOf({ minTasks: 1 }), 'aws:scheduler/schedule:Schedule')).to.deep.equal([]);
  });

  it('refuses what cannot be kept, all at once', async () => {
    const text = await refusal({ acceptableLatencySeconds: 181, secondsPerMessage: 40, maxTasks: 0 });
    expect(text).to.include('acceptableLatencySeconds must be 220 or more');
    expect(text).to.include('of 60 must be twice secondsPerMessage or more, 80');
    expect(text).to.include('maxTasks must be a whole number from 1 to 5000, not 0');
    expect(await refusal({ minTasks: 11 })).to.include('minTasks 11 is more than maxTasks 10');
    expect(await refusal({ secondsPerMessage: 0 })).to.include('secondsPerMessage must be more than 0');
    expect(await refusal({ environment: { QUEUE_URL: 'x' } })).to.include(
      'QUEUE_URL is set by the component',
    );
  });
});
