import { expect } from 'chai';
import {
  type FargateListenerRuleArgs,
  FargateService,
  type FargateServiceArgs,
} from '../../../components/fargate-service/index.ts';
import {
  LoadBalancer,
  type LoadBalancerListenerArgs,
  priorityOf,
} from '../../../components/load-balancer/index.ts';
import { claimsOf, worldOf } from '../../../stacks/identities/claims.ts';
import { children, ofType, only, type PlannedResource, record } from '../mocks.ts';
import { common, egress, ingress, notInAws, worker } from './fixture.ts';

const ruleType = 'aws:lb/listenerRule:ListenerRule';
const groupType = 'aws:lb/targetGroup:TargetGroup';
const loadBalancer = { vpcId: 'vpc-1', subnetIds: ['lb-a', 'lb-b'] };

type Rule = Partial<FargateListenerRuleArgs>;

/** Services by name, on the listener of one load balancer, and the message of the first error. */
async function sharing(services: Record<string, Rule[]>, args: Partial<FargateServiceArgs> = {}) {
  const { resources, outputs } = await record(
    () => {
      const { listener } = new LoadBalancer('lb', loadBalancer);
      try {
        const made = Object.entries(services).map(
          ([name, rules]) =>
            new FargateService(name, {
              ...worker,
              ...args,
              listenerRules: rules.map((rule) => ({ name: 'web', listener, ...rule })),
            }),
        );
        return { urls: made.map(({ url }) => url), message: '' };
      } catch (error) {
        return { urls: [], message: (error as Error).message };
      }
    },
    { call: notInAws },
  );
  return { resources, ...outputs };
}

const rulesOf = (resources: PlannedResource[]) =>
  ofType(resources, ruleType).map(({ name, inputs }) => `${name} ${inputs.priority}`);

describe('a FargateService on a shared load balancer', () => {
  it('has a target group, a rule that leads to it once tasks answer, and one that lets ECS use it before', async () => {
    const { resources, urls } = await sharing({ api: [{ hosts: ['api.example.com'], paths: ['/v1/*'] }] });
    expect(children(resources, 'api')).to.deep.equal(
      [
        ...common,
        'aws:cloudwatch/metricAlarm:MetricAlarm api-errors',
        `${egress} api-web-to-tasks`,
        `${ingress} api-tasks-from-web`,
        `${ruleType} api-web-attach-rule`,
        `${ruleType} api-web-rule`,
        `${groupType} api-web-rg`,
      ].sort(),
    );
    const priority = priorityOf('api-web', ['api.example.com'], ['/v1/*']);
    expect(rulesOf(resources)).to.deep.equal([
      `api-web-attach-rule ${priority + 3}`,
      `api-web-rule ${priority}`,
    ]);
    const rule = only(resources, ruleType, 'api-web-rule');
    expect(rule.inputs.conditions).to.deep.equal([
      { hostHeader: { values: ['api.example.com'] } },
      { pathPattern: { values: ['/v1/*'] } },
    ]);
    expect(rule.options.dependsOn).to.include('api-service');
    expect(only(resources, ruleType, 'api-web-attach-rule').inputs.conditions).to.deep.equal([
      { hostHeader: { values: ['api-web.invalid'] } },
    ]);
    const service = only(resources, 'aws:ecs/service:Service');
    expect(service.options.dependsOn).to.include.members(['api-web-attach-rule', 'api-tasks-from-web']);
    expect(service.inputs).to.include({ healthCheckGracePeriodSeconds: 60 });
    expect(only(resources, egress, 'api-web-to-tasks').inputs.securityGroupId).to.match(/^lb-entry-/);
    expect(urls).to.deep.equal(['http://api.example.com']);
  });

  it('counts the errors and requests of its own target group alone', async () => {
    const scaling = { min: 1, max: 2, targetRequestsPerTask: 100 };
    const { resources } = await sharing({ api: [{}] }, { scaling });
    const queries = JSON.stringify(
      only(resources, 'aws:cloudwatch/metricAlarm:MetricAlarm').inputs.metricQueries,
    );
    expect(queries).to.match(/"TargetGroup":"targetgroup\/api-web-rg-/);
    expect(queries).not.to.contain('HTTPCode_ELB_5XX_Count');
    expect(JSON.stringify(only(resources, 'aws:appautoscaling/policy:Policy').inputs)).to.match(
      /"resourceLabel":"app\/lb-lb-[0-9a-f]{7}\/[0-9a-f]+\/targetgroup\/api-web-rg-/,
    );
  });

  it('keeps its priority when another service comes or goes', async () => {
    const alone = await sharing({ api: [{ paths: ['/api/*'] }] });
    const together = await sharing({ first: [{}], api: [{ paths: ['/api/*'] }], last: [{ paths: ['/x'] }] });
    for (const rule of rulesOf(alone.resources)) expect(rulesOf(together.resources)).to.include(rule);
    const world = worldOf([]);
    const claims = together.resources
      .filter(({ type }) => type === ruleType)
      .flatMap((rule) => claimsOf(rule, world, rule.name).map(({ identity }) => identity))
      .filter((identity) => identity.startsWith('priority'));
    expect(new Set(claims).size).to.equal(6);
  });

  it('serves several ports, also of several load balancers', async () => {
    const { resources } = await sharing({
      api: [
        {},
        { name: 'admin', port: 9000, hosts: ['admin.example.com'] },
        { name: 'docs', paths: ['/docs/*'] },
      ],
    });
    const task = only(resources, 'aws:ecs/taskDefinition:TaskDefinition').inputs;
    expect(JSON.parse(String(task.containerDefinitions))[0].portMappings).to.deep.equal(
      [8080, 9000].map((port) => ({ containerPort: port, hostPort: port, protocol: 'tcp' })),
    );
    const registered = only(resources, 'aws:ecs/service:Service').inputs.loadBalancers as {
      containerPort: number;
    }[];
    expect(registered.map(({ containerPort }) => containerPort)).to.deep.equal([8080, 9000, 8080]);
    // AWS refuses the same rule of a security group twice.
    expect(ofType(resources, ingress).map(({ name }) => name)).to.deep.equal([
      'api-tasks-from-admin',
      'api-tasks-from-web',
    ]);
  });

  it('releases by shifting requests between two groups, within its own conditions', async () => {
    const deployment = { strategy: 'canary', testHeader: { name: 'x-release', value: 'next' } };
    const { resources } = await sharing({ api: [{ paths: ['/api/*'], priority: 200 }] }, { deployment });
    expect(ofType(resources, groupType).map(({ name }) => name)).to.deep.equal(['api-web-alt', 'api-web-bg']);
    expect(rulesOf(resources)).to.deep.equal(['api-web-production-rule 202', 'api-web-test-rule 201']);
    expect(only(resources, ruleType, 'api-web-test-rule').inputs.conditions).to.deep.equal([
      { pathPattern: { values: ['/api/*'] } },
      { httpHeader: { httpHeaderName: 'x-release', values: ['next'] } },
    ]);
    const { metricQueries } = only(resources, 'aws:cloudwatch/metricAlarm:MetricAlarm').inputs;
    expect(JSON.stringify(metricQueries)).to.match(/api-web-bg.*api-web-alt/);
  });

  it('refuses priorities that clash, and names a free one', async () => {
    const clash = await sharing({ one: [{ priority: 100 }], two: [{ priority: 103 }] });
    expect(clash.message).to.equal(
      'FargateService "two": listenerRules "web": its priorities, from 103 on, clash with those of "one-web" on the same ' +
        'listener; set priority of one of them, such as 107',
    );
    expect((await sharing({ one: [{ priority: 100 }, { name: 'b', priority: 98 }] })).message).to.contain(
      'clash with those of "web"',
    );
    expect((await sharing({ one: [{ priority: 100 }], two: [{ priority: 104 }] })).message).to.equal('');
  });

  it('needs a priority for the listener of another stack', async () => {
    const foreign: LoadBalancerListenerArgs = {
      listenerArn: 'arn:aws:elasticloadbalancing:us-east-1:123456789012:listener/app/lb/1/2',
      securityGroupId: 'sg-1',
      arnSuffix: 'app/lb/1',
      url: 'https://lb.example.com',
    };
    expect((await sharing({ api: [{ listener: foreign }] })).message).to.match(
      /another stack .*; set priority$/,
    );
    const { message, urls } = await sharing({
      api: [{ listener: foreign, priority: 7, hosts: ['*.example.com'] }],
    });
    expect([message, ...urls]).to.deep.equal(['', 'https://lb.example.com']);
  });

  const refused: [string, Rule[], Partial<FargateServiceArgs>, string][] = [
    ['no rule', [], {}, 'listenerRules must hold at least one rule, or be left out'],
    ['a host that is none', [{ hosts: ['a b'] }], {}, '"a b" is no host, such as'],
    ['a path that is none', [{ paths: ['api'] }], {}, '"api" is no path, such as /api/*'],
    ['six values', [{ hosts: ['a', 'b', 'c'], paths: ['/d', '/e', '/f'] }], {}, 'may be 5 together, not 6'],
    ['seven wildcards', [{ paths: ['/*/*/*/*/*/*/*'] }], {}, 'at most 6 wildcards, not 7'],
    ['a port', [{ port: 0 }], {}, 'listenerRules "web": port must be a whole number from 1 to 65535, not 0'],
    ['a priority', [{ priority: 49_998 }], {}, 'priority must be a whole number from 1 to 49997, not 49998'],
    ['a name twice', [{}, {}], {}, 'listenerRules: web is given more than once'],
    ['a long name', [{ name: 'a'.repeat(18) }], {}, 'service and rule together may have 20'],
    [
      'a canary of two rules',
      [{}, { name: 'b' }],
      { deployment: { strategy: 'canary' } },
      'deployment.strategy canary needs one of listenerRules, not 2',
    ],
    ['a second exposure', [{}], { apiGateway: {} }, 'not listenerRules and apiGateway'],
    [
      'a health check',
      [{ targetGroup: { healthyThreshold: 1 } }],
      {},
      'listenerRules "web": targetGroup.healthyThreshold must be a whole number from 2 to 10, not 1',
    ],
  ];
  for (const [what, rules, args, problem] of refused) {
    it(`refuses ${what}`, async () => {
      expect((await sharing({ api: rules }, args)).message).to.contain(problem);
    });
  }
});
