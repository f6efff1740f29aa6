import { expect } from 'chai';
import { deploymentDefaults } from '../../../components/fargate-service/deployment.ts';
import { FargateService, type FargateServiceArgs } from '../../../components/fargate-service/index.ts';
import { children, ofType, only, record, statements } from '../mocks.ts';
import { behindBalancer, common, entry, notInAws, resourcesOf } from './fixture.ts';

const service = 'aws:ecs/service:Service';
const rule = 'aws:lb/listenerRule:ListenerRule';
const targetGroup = 'aws:lb/targetGroup:TargetGroup';

function released(deployment: FargateServiceArgs['deployment']): FargateServiceArgs {
  return { ...behindBalancer, deployment };
}

const canary = released({ strategy: 'canary' });

describe('deployment strategies of FargateService', () => {
  const strategies: [string, FargateServiceArgs['deployment'], object][] = [
    ['rolling', undefined, { strategy: 'ROLLING' }],
    ['blue-green', { strategy: 'blue-green' }, { strategy: 'BLUE_GREEN', bakeTimeInMinutes: '5' }],
    [
      'canary',
      { strategy: 'canary' },
      {
        strategy: 'CANARY',
        bakeTimeInMinutes: '5',
        canaryConfiguration: { canaryPercent: 10, canaryBakeTimeInMinutes: '5' },
      },
    ],
    [
      'canary in numbers',
      { strategy: 'canary', stepPercent: 1, stepMinutes: 30, bakeMinutes: 0 },
      {
        strategy: 'CANARY',
        bakeTimeInMinutes: '0',
        canaryConfiguration: { canaryPercent: 1, canaryBakeTimeInMinutes: '30' },
      },
    ],
    [
      'linear',
      { strategy: 'linear' },
      {
        strategy: 'LINEAR',
        bakeTimeInMinutes: '5',
        linearConfiguration: { stepPercent: 25, stepBakeTimeInMinutes: '5' },
      },
    ],
    [
      'linear in numbers',
      { strategy: 'linear', stepPercent: 3, stepMinutes: 0, bakeMinutes: 60 },
      {
        strategy: 'LINEAR',
        bakeTimeInMinutes: '60',
        linearConfiguration: { stepPercent: 3, stepBakeTimeInMinutes: '0' },
      },
    ],
  ];
  for (const [what, deployment, configuration] of strategies) {
    it(`tell ECS ${what}`, async () => {
      const { inputs } = only(await resourcesOf(released(deployment)), service);
      expect(inputs.deploymentConfiguration).to.deep.equal(configuration);
    });
  }

  it('break the circuit only where AWS documents it, and roll back on alarms always', async () => {
    for (const [strategy, breaks] of [
      ['rolling', true],
      ['blue-green', true],
      ['canary', false],
      ['linear', false],
    ] as const) {
      const { inputs } = only(await resourcesOf(released({ strategy })), service);
      const breaker = breaks ? { enable: true, rollback: true } : undefined;
      expect(inputs.deploymentCircuitBreaker, strategy).to.deep.equal(breaker);
      expect(inputs.alarms, strategy).to.deep.include({ enable: true, rollback: true });
    }
  });

  it('wait for as long as their steps take', () => {
    const minutes = (args: FargateServiceArgs['deployment']) => deploymentDefaults(args).timeoutMinutes;
    expect(minutes({})).to.equal(20);
    expect(minutes({ strategy: 'blue-green', bakeMinutes: 60 })).to.equal(80);
    expect(minutes({ strategy: 'canary', stepMinutes: 10 })).to.equal(35);
    expect(minutes({ strategy: 'linear', stepPercent: 30, stepMinutes: 10 })).to.equal(65);
    expect(minutes({ strategy: 'linear', timeoutMinutes: 100 })).to.equal(100);
  });
});

describe('a FargateService whose releases shift requests', () => {
  it('has a second target group, a rule between the two, and a role for ECS', async () => {
    expect(children(await resourcesOf(canary), 'api')).to.deep.equal(
      [
        ...common,
        ...entry,
        'aws:iam/role:Role api-release',
        'aws:iam/rolePolicy:RolePolicy api-release-policy',
        'aws:lb/listener:Listener api-http',
        `${rule} api-production-rule`,
        'aws:lb/loadBalancer:LoadBalancer api-lb',
        `${targetGroup} api-alt`,
        `${targetGroup} api-bg`,
        'trellis:index:LoadBalancer api',
      ].sort(),
    );
  });

  it('has two target groups that differ in nothing, and outlive another port', async () => {
    const [alternate, primary] = ofType(await resourcesOf(canary), targetGroup);
    expect(alternate?.inputs).to.deep.equal(primary?.inputs);
    for (const { options } of [alternate, primary] as { options: object }[]) {
      expect(options).to.have.property('ignoreChanges').that.deep.equals(['port']);
    }
    const rolling = only(await resourcesOf(behindBalancer), targetGroup);
    expect(rolling.options).not.to.have.property('ignoreChanges');
  });

  it('leaves the weights of its rule to ECS', async () => {
    const { inputs, options } = only(await resourcesOf(canary), rule);
    expect(options.ignoreChanges).to.deep.equal(['actions']);
    expect(inputs).to.deep.include({ priority: 50, conditions: [{ pathPattern: { values: ['/*'] } }] });
    const [action] = inputs.actions as { type: string; forward: { targetGroups: { arn: string }[] } }[];
    const groups = action?.forward.targetGroups.map((group) => ({
      ...group,
      arn: /targetgroup\/(api-\w+)-/.exec(group.arn)?.[1],
    }));
    expect([action?.type, groups]).to.deep.equal([
      'forward',
      [
        { arn: 'api-bg', weight: 100 },
        { arn: 'api-alt', weight: 0 },
      ],
    ]);
  });

  it('shares neither rule nor target group with rolling releases, whose rule decides while a change of strategy has both', async () => {
    const rolling = only(await resourcesOf(behindBalancer), rule);
    const shifting = only(await resourcesOf(canary), rule);
    expect(rolling.name).not.to.equal(shifting.name);
    expect(shifting.inputs.priority).to.be.greaterThan(rolling.inputs.priority as number);
    expect(rolling.options).not.to.have.property('ignoreChanges');
    const named = async (args: typeof canary) =>
      ofType(await resourcesOf(args), targetGroup).map(({ name }) => name);
    expect(await named(behindBalancer)).to.deep.equal(['api-rg']);
    expect(await named(canary)).to.deep.equal(['api-alt', 'api-bg']);
  });

  it('tells ECS all that it needs, and makes it first', async () => {
    const { inputs, options } = only(await resourcesOf(canary), service);
    const [balancer] = inputs.loadBalancers as Record<string, unknown>[];
    const { targetGroupArn, advancedConfiguration, ...container } = balancer ?? {};
    expect(container).to.deep.equal({ containerName: 'app', containerPort: 8080 });
    expect(targetGroupArn).to.contain('targetgroup/api-bg-');
    const advanced = advancedConfiguration as Record<string, string>;
    expect(Object.keys(advanced)).to.deep.equal([
      'alternateTargetGroupArn',
      'productionListenerRule',
      'roleArn',
    ]);
    expect(advanced.alternateTargetGroupArn).to.contain('targetgroup/api-alt-');
    expect(advanced.productionListenerRule).to.contain('listener-rule/app/api-production-rule-');
    expect(advanced.roleArn).to.contain('role/api-release-');
    expect(options.dependsOn).to.include.members(['api-production-rule', 'api-release-policy']);
    const rolling = only(await resourcesOf(behindBalancer), service);
    expect(rolling.inputs.loadBalancers).to.have.nested.property('[0].targetGroupArn');
    expect(rolling.inputs.loadBalancers).not.to.have.nested.property('[0].advancedConfiguration');
  });

  it('lets ECS shift between its own target groups, and do nothing else', async () => {
    const resources = await resourcesOf(canary);
    const role = only(resources, 'aws:iam/role:Role', 'api-release').inputs;
    expect(statements(role.assumeRolePolicy)).to.deep.equal([
      { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'ecs.amazonaws.com' } },
    ]);
    const policy = only(resources, 'aws:iam/rolePolicy:RolePolicy', 'api-release-policy').inputs;
    expect(policy.role).to.match(/^api-release-/);
    const elb = 'arn:aws:elasticloadbalancing:us-east-1:123456789012';
    const allowed = statements(policy.policy).map(({ Action, Resource }) => [
      (Action as string[]).map((action) => action.replace('elasticloadbalancing:', '')),
      (Resource as string[]).map((arn) => arn.replace(elb, '').replace(/-[0-9a-f]{7}\/.*/, '')),
    ]);
    expect(allowed).to.deep.equal([
      [['DescribeListeners', 'DescribeRules', 'DescribeTargetGroups', 'DescribeTargetHealth'], ['*']],
      [
        ['DeregisterTargets', 'RegisterTargets'],
        [':targetgroup/api-bg', ':targetgroup/api-alt'],
      ],
      [['ModifyRule'], [':listener-rule/app/api-production-rule']],
    ]);
  });

  it('sends requests with the test header to the release first', async () => {
    const testHeader = { name: 'x-release', value: 'next' };
    const resources = await resourcesOf(released({ strategy: 'blue-green', testHeader }));
    const { inputs, options } = only(resources, rule, 'api-test-rule');
    expect(inputs).to.deep.include({
      priority: 10,
      conditions: [{ httpHeader: { httpHeaderName: 'x-release', values: ['next'] } }],
      actions: only(resources, rule, 'api-production-rule').inputs.actions,
    });
    expect(options.ignoreChanges).to.deep.equal(['actions']);
    const { inputs: ecs, options: ecsOptions } = only(resources, service);
    expect(ecs.loadBalancers).to.have.nested.property('[0].advancedConfiguration.testListenerRule');
    expect(ecsOptions.dependsOn).to.include('api-test-rule');
    const policy = only(resources, 'aws:iam/rolePolicy:RolePolicy', 'api-release-policy').inputs.policy;
    expect(statements(policy)[2]?.Resource).to.have.lengthOf(2);
  });

  it('is rolled back when either target group answers 5xx, however few its requests', async () => {
    const alarm = only(await resourcesOf(canary), 'aws:cloudwatch/metricAlarm:MetricAlarm');
    const queries = alarm.inputs.metricQueries as {
      id: string;
      returnData?: boolean;
      expression?: string;
      metric?: { metricName: string; dimensions: Record<string, string> };
    }[];
    expect(queries.filter(({ returnData }) => returnData).map(({ id }) => id)).to.deep.equal(['worst']);
    expect(queries[0]?.expression).to.equal('MAX([share0, share1, share2])');
    const expressions = Object.fromEntries(queries.map(({ id, expression }) => [id, expression]));
    expect(expressions.share2).to.equal('IF(FILL(m2_0, 0) > 0, 100 * (FILL(m2_1, 0)) / (FILL(m2_0, 0)), 0)');
    const metrics = queries.flatMap(({ id, metric }) =>
      metric === undefined
        ? []
        : [`${id} ${metric.metricName} ${metric.dimensions.TargetGroup?.replace(/-[0-9a-f]{7}.*/, '')}`],
    );
    expect(metrics).to.deep.equal([
      'm0_0 RequestCount undefined',
      'm0_1 HTTPCode_ELB_5XX_Count undefined',
      'm0_2 HTTPCode_Target_5XX_Count undefined',
      'm1_0 RequestCount targetgroup/api-bg',
      'm1_1 HTTPCode_Target_5XX_Count targetgroup/api-bg',
      'm2_0 RequestCount targetgroup/api-alt',
      'm2_1 HTTPCode_Target_5XX_Count targetgroup/api-alt',
    ]);
    // CloudWatch takes ten metrics in an alarm.
    expect(metrics.length).to.be.at.most(10);
    for (const { metric } of queries) {
      if (metric) expect(metric.dimensions.LoadBalancer).to.match(/^app\/api-lb-/);
    }
  });

  it('may scale by CPU', async () => {
    const resources = await resourcesOf({ ...canary, scaling: { min: 1, max: 3, targetCpuPercent: 60 } });
    expect(only(resources, 'aws:appautoscaling/policy:Policy').name).to.equal('api-track-cpu');
  });

  it('names its second target group', async () => {
    const { outputs } = await record(
      () => {
        const { alternateTargetGroup } = new FargateService('api', canary);
        const rest = new FargateService('rest', behindBalancer);
        return { name: alternateTargetGroup?.name, rest: rest.alternateTargetGroup === undefined };
      },
      { call: notInAws, preview: true },
    );
    expect(outputs.name).to.match(/^api-alt-/);
    expect(outputs.rest).to.equal(true);
  });

  it('registers the same resources when nothing is known yet', async () => {
    const everything = released({ strategy: 'canary', testHeader: { name: 'x-release', value: 'next' } });
    const names = async (options: Parameters<typeof resourcesOf>[1]) =>
      (await resourcesOf(everything, options)).map(({ type, name }) => `${type} ${name}`).sort();
    const known = await names({});
    expect(known).to.include(`${rule} api-test-rule`);
    expect(await names({ unknownOutputs: true })).to.deep.equal(known);
    expect(await names({ preview: true })).to.deep.equal(known);
  });
});
