import type * as pulumi from '@pulumi/pulumi';
import { expect } from 'chai';
import type { FargateServiceArgs } from '../../../components/fargate-service/index.ts';
import { FargateService } from '../../../components/fargate-service/index.ts';
import { ofType, only, record } from '../mocks.ts';
import {
  behindApi,
  behindBalancer,
  image,
  notInAws,
  placement,
  requestedRevision,
  resourcesOf,
  worker,
} from './fixture.ts';

const service = 'aws:ecs/service:Service';
const alarm = 'aws:cloudwatch/metricAlarm:MetricAlarm';

async function serviceOf(args: FargateServiceArgs) {
  return only(await resourcesOf(args), service);
}

describe('the ECS service of a FargateService', () => {
  it('replaces tasks without falling short, and takes a failed release back', async () => {
    const { inputs, options } = await serviceOf(worker);
    expect(inputs).to.deep.include({
      desiredCount: 1,
      deploymentMinimumHealthyPercent: 100,
      deploymentMaximumPercent: 200,
      deploymentCircuitBreaker: { enable: true, rollback: true },
      waitForSteadyState: true,
      forceNewDeployment: true,
      availabilityZoneRebalancing: 'ENABLED',
      platformVersion: 'LATEST',
      enableExecuteCommand: false,
      propagateTags: 'SERVICE',
      taskDefinition: requestedRevision,
      capacityProviderStrategies: [{ capacityProvider: 'FARGATE', base: 0, weight: 1 }],
    });
    expect(inputs).not.to.have.property('launchType');
    expect(options.ignoreChanges).to.deep.equal(['desiredCount']);
  });

  it('keeps its tasks off the internet unless told', async () => {
    const network = async (args: FargateServiceArgs) => (await serviceOf(args)).inputs.networkConfiguration;
    expect(await network(worker)).to.deep.include({
      assignPublicIp: false,
      subnets: ['subnet-a', 'subnet-b'],
    });
    expect(await network({ ...worker, placement: { ...placement, assignPublicIp: true } })).to.include({
      assignPublicIp: true,
    });
  });

  it('takes its numbers', async () => {
    const { inputs } = await serviceOf({
      ...worker,
      desiredCount: 4,
      deployment: { minimumHealthyPercent: 50, maximumPercent: 150 },
      tags: { team: 'web' },
    });
    expect(inputs).to.deep.include({
      desiredCount: 4,
      deploymentMinimumHealthyPercent: 50,
      deploymentMaximumPercent: 150,
      tags: { team: 'web' },
    });
    expect((await serviceOf({ ...worker, desiredCount: 0 })).inputs.desiredCount).to.equal(0);
  });

  it('waits as long as told', async () => {
    const timeouts: unknown[] = [];
    await record(
      () =>
        void new FargateService(
          'api',
          { ...worker, deployment: { timeoutMinutes: 7 } },
          {
            transformations: [
              ({ type, opts }) => {
                if (type === service) timeouts.push((opts as pulumi.CustomResourceOptions).customTimeouts);
                return undefined;
              },
            ],
          },
        ),
      { call: notInAws },
    );
    expect(timeouts).to.deep.equal([{ create: '7m', update: '7m', delete: '7m' }]);
  });

  const mixes: [string, FargateServiceArgs['capacity'], unknown[]][] = [
    [
      'three on demand, then two of three on Spot',
      { base: 3, spotWeight: 2 },
      [
        { capacityProvider: 'FARGATE', base: 3, weight: 1 },
        { capacityProvider: 'FARGATE_SPOT', weight: 2 },
      ],
    ],
    ['Spot alone', { onDemandWeight: 0, spotWeight: 1 }, [{ capacityProvider: 'FARGATE_SPOT', weight: 1 }]],
    [
      'a base on demand, the rest on Spot',
      { base: 1, onDemandWeight: 0, spotWeight: 1 },
      [
        { capacityProvider: 'FARGATE', base: 1, weight: 0 },
        { capacityProvider: 'FARGATE_SPOT', weight: 1 },
      ],
    ],
  ];
  for (const [what, capacity, strategy] of mixes) {
    it(`runs ${what}`, async () => {
      const { inputs } = await serviceOf({ ...worker, capacity });
      expect(inputs.capacityProviderStrategies).to.deep.equal(strategy);
    });
  }

  it('has a cluster with both providers, or uses the one that is given', async () => {
    const own = await resourcesOf({ ...worker, containerInsights: 'enhanced' });
    expect(only(own, 'aws:ecs/cluster:Cluster').inputs.settings).to.deep.equal([
      { name: 'containerInsights', value: 'enhanced' },
    ]);
    expect(
      only(own, 'aws:ecs/clusterCapacityProviders:ClusterCapacityProviders').inputs.capacityProviders,
    ).to.deep.equal(['FARGATE', 'FARGATE_SPOT']);
    const clusterArn = 'arn:aws:ecs:us-east-1:1:cluster/shared';
    const shared = await resourcesOf({
      ...worker,
      clusterArn,
      scaling: { min: 1, max: 2, targetCpuPercent: 50 },
    });
    expect(ofType(shared, 'aws:ecs/cluster:Cluster')).to.deep.equal([]);
    expect(only(shared, service).inputs.cluster).to.equal(clusterArn);
    expect(only(shared, 'aws:appautoscaling/target:Target').inputs.resourceId).to.match(
      /^service\/shared\/api-service-/,
    );
  });

  it('keeps logs for a month, or as long as told, under a key where given', async () => {
    const logs = async (args: FargateServiceArgs) =>
      only(await resourcesOf(args), 'aws:cloudwatch/logGroup:LogGroup').inputs;
    expect(await logs(worker)).to.deep.equal({ retentionInDays: 30, tags: {} });
    expect(await logs({ ...worker, logRetentionDays: 365, logKeyArn: 'arn:key' })).to.deep.equal({
      retentionInDays: 365,
      kmsKeyId: 'arn:key',
      tags: {},
    });
  });
});

describe('the gates of a release', () => {
  it('undo it when the answers of the load balancer go wrong', async () => {
    const resources = await resourcesOf({ ...behindBalancer, alarmActionArns: ['arn:topic'] });
    const { inputs } = only(resources, alarm);
    expect(inputs).to.deep.include({
      comparisonOperator: 'GreaterThanThreshold',
      threshold: 5,
      evaluationPeriods: 3,
      datapointsToAlarm: 2,
      treatMissingData: 'notBreaching',
      alarmActions: ['arn:topic'],
      okActions: ['arn:topic'],
    });
    const queries = inputs.metricQueries as { id: string; expression?: string; metric?: object }[];
    expect(queries[0]?.expression).to.equal(
      'IF(FILL(m0, 0) + FILL(m1, 0) > 0, 100 * (FILL(m2, 0) + FILL(m1, 0)) / (FILL(m0, 0) + FILL(m1, 0)), 0)',
    );
    expect(queries.slice(1).map(({ metric }) => (metric as { metricName: string }).metricName)).to.deep.equal(
      ['RequestCount', 'HTTPCode_ELB_5XX_Count', 'HTTPCode_Target_5XX_Count'],
    );
    const alarms = only(resources, service).inputs.alarms as { alarmNames: string[] };
    expect(alarms).to.include({ enable: true, rollback: true });
    expect(alarms.alarmNames).to.have.lengthOf(1);
    expect(alarms.alarmNames[0]).to.match(/^api-errors-/);
  });

  it('undo it when those of the HTTP API do', async () => {
    const queries = only(await resourcesOf(behindApi), alarm).inputs.metricQueries as {
      metric?: { metricName: string; namespace: string };
    }[];
    expect(queries.slice(1).map(({ metric }) => `${metric?.namespace} ${metric?.metricName}`)).to.deep.equal([
      'AWS/ApiGateway Count',
      'AWS/ApiGateway 5xx',
    ]);
  });

  it('take another share and further alarms', async () => {
    const alarmNames = ['checkout-broken'];
    const strict = await resourcesOf({ ...behindBalancer, deployment: { maxErrorPercent: 1, alarmNames } });
    expect(only(strict, alarm).inputs.threshold).to.equal(1);
    expect((only(strict, service).inputs.alarms as { alarmNames: string[] }).alarmNames[1]).to.equal(
      'checkout-broken',
    );
    const named = await resourcesOf({ ...worker, deployment: { alarmNames } });
    expect(only(named, service).inputs.alarms).to.deep.equal({ enable: true, rollback: true, alarmNames });
  });
});

/** As a first preview sees them: nothing is known that another resource answers. */
describe('a FargateService of which nothing is known yet', () => {
  const everything: FargateServiceArgs = {
    ...worker,
    image: { ...image, repositoryArn: 'arn:repository' },
    secrets: { KEY: 'arn:aws:ssm:us-east-1:1:parameter/key' },
    permissions: [{ actions: ['dynamodb:GetItem'], resources: ['arn:table'] }],
    scaling: {
      min: 1,
      max: 4,
      targetMemoryPercent: 70,
      stepCpu: {},
      schedules: [{ name: 'night', schedule: 'cron(0 20 ? * * *)', min: 0, max: 0 }],
    },
  };
  const exposures: Record<string, Partial<FargateServiceArgs>> = {
    worker: {},
    balancer: {
      loadBalancer: { subnetIds: ['a'], internetFacing: true, certificateArn: 'arn', webAclArn: 'arn' },
    },
    api: { apiGateway: {} },
  };
  for (const [exposure, args] of Object.entries(exposures)) {
    it(`registers the same resources (${exposure})`, async () => {
      const names = async (options: Parameters<typeof resourcesOf>[1]) =>
        (await resourcesOf({ ...everything, ...args }, options))
          .map(({ type, name }) => `${type} ${name}`)
          .sort();
      const known = await names({});
      expect(await names({ unknownOutputs: true })).to.deep.equal(known);
      expect(await names({ preview: true })).to.deep.equal(known);
      expect(new Set(known).size).to.equal(known.length);
    });
  }

  it('registers the same resources when its arguments are unknown', async () => {
    const names = (resources: { type: string; name: string }[]) =>
      resources.map(({ type, name }) => `${type} ${name}`).sort();
    const known = names(await resourcesOf(behindBalancer));
    const { resources } = await record(
      () => {
        const other = new FargateService('other', worker);
        new FargateService('api', {
          ...behindBalancer,
          placement: { vpcId: other.clusterName, subnetIds: [other.clusterName] },
          image: { uri: other.serviceName },
          environment: { OTHER: other.serviceName },
        });
      },
      { unknownOutputs: true },
    );
    const ofApi = resources.filter(({ name, parent }) => name === 'api' || parent === 'api');
    expect(names(ofApi)).to.deep.equal(known);
    expect(
      only(resources, 'aws:ecs/taskDefinition:TaskDefinition', 'api-task-definition').inputs
        .containerDefinitions,
    ).to.equal('[unknown]');
  });
});

describe('names of a FargateService', () => {
  it('stay within the 32 characters of load balancers and target groups', async () => {
    const longest = 'a'.repeat(21);
    const { resources } = await record(() => void new FargateService(longest, behindBalancer), {
      call: notInAws,
    });
    for (const type of ['aws:lb/loadBalancer:LoadBalancer', 'aws:lb/targetGroup:TargetGroup']) {
      // Pulumi adds a hyphen and seven hexadecimal digits.
      expect(only(resources, type).name.length + 8).to.be.at.most(32);
      expect(only(resources, type).inputs).not.to.have.property('name');
    }
    for (const { type, name } of resources) expect(name.length + 8, type).to.be.at.most(64);
  });
});
