import { expect } from 'chai';
import { unknownCloud } from '../../stacks/plan/cloud.ts';
import { readConfiguration } from '../../stacks/plan/configuration.ts';
import { evaluateWith, type Plan } from '../../stacks/plan/evaluate.ts';
import {
  allowances,
  findings,
  type Level,
  type PolicyResource,
  Resources,
  rules,
  waivers,
} from '../../stacks/policy/index.ts';
import { planOf } from '../support/plans.ts';
import { type Breach, breaches } from './breaches.ts';
import { pipelineRoles, serviceOnPipeline, serviceTables } from './ingest-permissions.ts';
import { scanRoles, serviceOnScans, serviceScanTables } from './scan-permissions.ts';

/** What a level demands of a stack. */
const stacks: [string, Level][] = [
  ['dev', 'baseline'],
  ['prod', 'production'],
  ['prod network.egress=ipv6', 'production'],
];

function told(plan: Plan, level: Level): string[] {
  return findings(plan.resources, level)
    .filter(({ waiver }) => waiver === undefined)
    .map(({ rule, resource, requires }) => `${rule} ${resource}: ${requires}`);
}

describe('the policy', () => {
  const plans = new Map<string, Plan>();
  const given = (stack: string) => plans.get(stack) as Plan;
  before(async () => {
    for (const [given] of stacks) {
      const [stack = '', ...overrides] = given.split(' ');
      plans.set(given, await planOf(stack, overrides));
    }
  });

  for (const [stack, level] of stacks) {
    it(`holds in ${stack}, ${level}, but for the waivers`, () => {
      expect(told(given(stack), level)).to.deep.equal([]);
    });
  }

  it('holds in both for every way to be reached, with and without a certificate', async () => {
    const certificate = [
      'service.certificateArn=arn:aws:acm:us-east-1:123456789012:certificate/x',
      'service.domainName=api.example.com',
    ];
    for (const exposure of ['internal-load-balancer', 'public-load-balancer']) {
      const plan = await planOf('dev', [`service.exposure=${exposure}`, ...certificate]);
      expect(told(plan, 'baseline'), exposure).to.deep.equal([]);
    }
    const withCertificate = findings((await planOf('prod', certificate)).resources, 'production');
    expect(withCertificate.filter(({ rule }) => ['ELB.1', 'CKV_AWS_103'].includes(rule))).to.deep.equal([]);
  });

  it('holds in prod for every way to release', async () => {
    for (const strategy of ['blue-green', 'canary', 'linear']) {
      const configuration = readConfiguration('prod', [`release.strategy=${strategy}`]);
      delete configuration.config['trellis:scaling.requestsPerTask'];
      const plan = await evaluateWith('prod', configuration);
      expect(told(plan, 'production'), strategy).to.deep.equal([]);
    }
  });

  it('has no waiver that waives nothing, and none without a reason', () => {
    const used = stacks.flatMap(([stack, level]) =>
      findings(given(stack).resources, level).map(({ waiver }) => waiver),
    );
    for (const waiver of waivers) {
      expect(used, `${waiver.rule} ${waiver.resource}`).to.include(waiver);
      expect(waiver.reason.length).to.be.greaterThan(20);
    }
  });

  it('names each rule once', () => {
    const ids = rules.map(({ ids: [id] }) => id);
    expect(new Set(ids).size).to.equal(ids.length);
  });
});

describe('each rule of the policy', () => {
  async function planToBreak({ stack = 'prod', config = [] }: Breach): Promise<Plan> {
    return structuredClone(await planOf(stack, config));
  }

  it('has a breach to be tried with', () => {
    expect(Object.keys(breaches).sort()).to.deep.equal(rules.map(({ ids: [id] }) => id).sort());
  });

  for (const rule of rules) {
    const id = rule.ids[0] as string;
    it(`${id}: ${rule.requires}`, async () => {
      const breach = breaches[id];
      if (breach === undefined) throw new Error('no breach');
      const { resources } = await planToBreak(breach);
      const target = resources.find(({ type, name }) => type === breach.type && name === breach.name);
      if (target === undefined) throw new Error(`no ${breach.type} ${breach.name} in the plan`);
      const before = rule.violations(new Resources(resources));
      const result = breach.change(target.inputs);
      const changed: PolicyResource[] =
        result === 'remove' ? resources.filter((one) => one !== target) : resources;
      const added =
        typeof result === 'object' && result !== null && 'type' in result ? [result as PolicyResource] : [];
      const after = rule.violations(new Resources([...changed, ...added]));
      const [from, to] = breach.repairs ? [after, before] : [before, after];
      expect(to.filter((name) => !from.includes(name))).to.deep.equal([breach.reported ?? breach.name]);
    });
  }
});

describe('permissions', () => {
  it('are these, role by role', async () => {
    const listed: Record<string, string[]> = {};
    for (const stack of ['dev', 'prod']) {
      const { resources } = await planOf(stack);
      // The longest that fits is the role's own: one name may begin like another.
      const roles = resources
        .filter(({ type }) => type === 'aws:iam/role:Role')
        .map(({ name }) => name)
        .sort((a, b) => b.length - a.length);
      for (const { name, role, statements } of allowances(new Resources(resources))) {
        const owner =
          roles.find((candidate) => role === candidate || role.startsWith(`${candidate}-`)) ?? name;
        listed[`${stack} ${owner}`] = statements.flatMap(({ Action, Resource }) =>
          Resource.flatMap((resource) => Action.map((action) => `${action} ${shorten(resource)}`)),
        );
      }
    }
    const table = (stack: string, name: string, actions: string[]) =>
      actions.map((action) => `dynamodb:${action} table/trellis-${stack}-${name}`);
    const task = (stack: string) => [
      ...table(stack, 'page', ['GetItem', 'UpdateItem']),
      ...['users', 'users/index/public'].flatMap((name) =>
        table(stack, name, ['ConditionCheckItem', 'DeleteItem', 'GetItem', 'PutItem', 'Scan', 'UpdateItem']),
      ),
      ...table(stack, 'streams', ['GetItem', 'UpdateItem']),
      ...table(stack, 'players', [
        'BatchWriteItem',
        'DeleteItem',
        'GetItem',
        'PutItem',
        'Query',
        'UpdateItem',
      ]),
      ...table(stack, 'vitals', ['PutItem', 'Query']),
      ...serviceTables(stack),
      ...serviceScanTables(stack),
      's3:DeleteObject media/media/*',
      's3:GetObject media/media/*',
      's3:PutObject media/media/*',
      's3:ListBucket media',
      ...serviceOnPipeline,
      ...serviceOnScans,
    ];
    const execution = (stack: string) => [
      'logs:CreateLogStream log-group:api-logs:*',
      'logs:PutLogEvents log-group:api-logs:*',
      'ecr:GetAuthorizationToken *',
      'ecr:BatchCheckLayerAvailability repository/app-repository',
      'ecr:BatchGetImage repository/app-repository',
      'ecr:GetDownloadUrlForLayer repository/app-repository',
      `ssm:GetParameters parameter/trellis/${stack}/api-key`,
    ];
    const flowLog = [
      ...['CreateLogStream', 'DescribeLogStreams', 'PutLogEvents'].map(
        (action) => `logs:${action} log-group:network-flow-log:*`,
      ),
      'logs:DescribeLogGroups *',
    ];
    expect(listed).to.deep.equal({
      ...pipelineRoles('dev'),
      ...pipelineRoles('prod'),
      ...scanRoles('dev'),
      ...scanRoles('prod'),
      'dev api-execution': [...execution('dev'), 'ssm:GetParameters parameter/trellis/dev/origin-secret'],
      'dev api-task': task('dev'),
      'dev network-flow-log': flowLog,
      'prod api-execution': execution('prod'),
      'prod api-task': task('prod'),
      'prod network-flow-log': flowLog,
    });
  });
});

/** An ARN without partition, region, account and Pulumi's random suffix. */
function shorten(arn: string): string {
  return arn.replace(/^arn:aws:[a-z0-9]+:[a-z0-9-]*:\d*:/, '').replace(/-[0-9a-f]{7}(?=$|[:/])/, '');
}

describe('the resources of a stack', () => {
  for (const stack of ['dev', 'prod']) {
    it(`are the same in ${stack} when every output is unknown: none is made inside of apply`, async () => {
      const identify = ({ resources }: Plan) =>
        // What is inside of awsx is declared from its inputs, which are unknown here.
        resources
          .filter(({ declared }) => !declared)
          .map(({ type, name, parent }) => [type, name, parent].join(' '));
      const known = await planOf(stack);
      const unknown = await evaluateWith(stack, readConfiguration(stack), unknownCloud);
      expect(identify(unknown)).to.deep.equal(identify(known));
    });

    it(`have names that AWS takes, in ${stack}, for a stack of 20 characters`, async () => {
      const name = 'dev-annemarie-longer';
      expect(name).to.have.length(20);
      for (const exposure of ['public-load-balancer', 'http-api']) {
        const configuration = readConfiguration(stack, [`service.exposure=${exposure}`]);
        delete configuration.config['trellis:scaling.requestsPerTask'];
        const plan = await evaluateWith(name, configuration);
        expect(told(plan, 'baseline')).to.deep.equal([]);
      }
    });
  }
});
