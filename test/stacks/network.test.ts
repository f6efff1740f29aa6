import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { egressModes } from '../../components/network/index.ts';
import { monthlyCost } from '../../stacks/plan/cost.ts';
import type { Plan } from '../../stacks/plan/evaluate.ts';
import { findings, type Level } from '../../stacks/policy/index.ts';
import { statementsOf } from '../../stacks/policy/rule.ts';
import { only } from '../components/mocks.ts';
import { isAllowed, tagsOf } from '../support/permissions.ts';
import { planOf } from '../support/plans.ts';

const manual = new URL('../../docs/deploy.md', import.meta.url);
const ways = new URL('../../docs/network.md', import.meta.url);

/** A kind of task: where its network interface stands and what its security groups let out. */
interface Task {
  name: string;
  hasAddress: boolean;
  subnets: string[];
  securityGroups: string[];
}

// biome-ignore lint/suspicious/noExplicitAny: inputs of any resource.
type Inputs = Record<string, any>;

function inputsOf(plan: Plan, type: string): { name: string; inputs: Inputs }[] {
  return plan.resources.filter((resource) => resource.type === type);
}

function tasksOf(plan: Plan): Task[] {
  const services = inputsOf(plan, 'aws:ecs/service:Service').map(({ name, inputs }) => ({
    name,
    hasAddress: inputs.networkConfiguration.assignPublicIp,
    subnets: inputs.networkConfiguration.subnets,
    securityGroups: inputs.networkConfiguration.securityGroups,
  }));
  const jobs = inputsOf(plan, 'aws:batch/jobDefinition:JobDefinition').map(({ name, inputs }) => {
    const pipeline = /^\w+-jobs/.exec(name)?.[0];
    const environment = only(
      plan.resources,
      'aws:batch/computeEnvironment:ComputeEnvironment',
      `${pipeline}-environment`,
    ).inputs as Inputs;
    return {
      name,
      hasAddress: JSON.parse(inputs.containerProperties).networkConfiguration.assignPublicIp === 'ENABLED',
      subnets: environment.computeResources.subnets,
      securityGroups: environment.computeResources.securityGroupIds,
    };
  });
  return [...services, ...jobs];
}

/** What a task may connect to on the internet: by an address of its own, or by a gateway behind its subnet. */
function internetOf(plan: Plan, { hasAddress, subnets, securityGroups }: Task): string {
  const leadsOut = (kind: string) => subnets.some((subnet) => subnet.includes(`-${kind}-`));
  const rules = inputsOf(plan, 'aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule')
    .filter(({ inputs }) => securityGroups.includes(inputs.securityGroupId))
    .flatMap(({ inputs: { ipProtocol, toPort, cidrIpv4, cidrIpv6 } }) => {
      const opened = `${String(ipProtocol).toUpperCase()} ${toPort}`;
      return [
        ...(cidrIpv4 === '0.0.0.0/0' && (hasAddress || leadsOut('private')) ? [opened] : []),
        ...(cidrIpv6 === '::/0' && leadsOut('ipv6') ? [`${opened} by IPv6`] : []),
      ];
    });
  return rules.length > 0 ? rules.join(', ') : 'nothing';
}

/** What the table of docs/network.md tells of a way out. */
async function told(egress: string, jobEgress: string): Promise<string[]> {
  const way = [`network.egress=${egress}`, ...(jobEgress === '' ? [] : [`jobs.egress=${jobEgress}`])];
  const balancer = egress === 'ipv6' ? ['service.exposure=internal-load-balancer'] : [];
  const [dev, prod] = [await planOf('dev', [...way, ...balancer]), await planOf('prod', way)];
  const open = (plan: Plan) => {
    const opened = new Map(tasksOf(plan).map((task) => [task.name, internetOf(plan, task)]));
    const service = opened.get('api-service') as string;
    const fetching = opened.get('scans-jobs-fetch') as string;
    opened.delete('api-service');
    opened.delete('scans-jobs-fetch');
    return [service, [...new Set(opened.values())].join(' or '), fetching];
  };
  expect(open(dev)).to.deep.equal(open(prod));
  const broken = (plan: Plan, level: Level) => [
    ...new Set(
      findings(plan.resources, level)
        .filter(({ waiver }) => waiver === undefined)
        .map(({ rule }) => rule),
    ),
  ];
  expect(broken(dev, 'baseline')).to.deep.equal([]);
  const policy = broken(prod, 'production');
  const costs = [dev, prod].map(({ resources }) => monthlyCost(resources));
  expect(costs.flatMap(({ unpriced }) => unpriced)).to.deep.equal([]);
  return [
    ...costs.map(({ total }) => total.toFixed(2)),
    policy.length === 0 ? 'holds' : `breaks ${policy.join(', ')}`,
    ...open(prod),
  ];
}

describe('the network of a stack', function () {
  this.timeout(60_000);

  it('opens to each kind of task on the internet what docs/deploy.md says', async () => {
    const plans = [await planOf('dev'), await planOf('prod')];
    const opened = Object.fromEntries(
      plans.flatMap((plan) =>
        tasksOf(plan).map((task) => [`${plan.stack} ${task.name}`, internetOf(plan, task)]),
      ),
    );
    const rows = [...readFileSync(manual, 'utf8').matchAll(/^\| `([\w-]+)` \| ([^|]+) \| ([^|]+) \|$/gm)]
      .filter(([, name = '']) => `dev ${name}` in opened)
      .flatMap(([, name, dev, prod]) => [
        [`dev ${name}`, dev],
        [`prod ${name}`, prod],
      ]);
    expect(Object.fromEntries(rows)).to.deep.equal(opened);
    expect(opened).to.include({ 'prod scans-jobs-fetch': 'TCP 443', 'prod scans-jobs-secrets': 'nothing' });
  });

  const rows = [...readFileSync(ways, 'utf8').matchAll(/^\| `([\w-]+)` \| (?:`(\w+)` )?\| (.*) \|$/gm)];
  for (const [, egress = '', jobEgress = '', cells = ''] of rows) {
    it(`with network.egress ${egress} ${jobEgress} costs, keeps and opens what docs/network.md says`, async () =>
      expect(cells.split(' | ')).to.deep.equal(await told(egress, jobEgress)));
  }

  it('has every way out in docs/network.md', () => {
    expect([...new Set(rows.map(([, egress]) => egress))].sort()).to.deep.equal([...egressModes].sort());
  });

  it('leaves production without NAT and without interface endpoints below 90 USD, with those of jobs below 112', () => {
    const prices = rows
      .filter(([, egress]) => egress === 'ipv6')
      .map(([, , , cells]) => Number(cells?.split(' | ')[1]));
    expect(prices[0]).to.be.at.most(90);
    expect(prices[1]).to.be.at.most(112);
  });

  it('lets through its endpoints all that the policies of its tasks grant', async () => {
    for (const plan of [await planOf('dev'), await planOf('prod')]) {
      const refused: string[] = [];
      let passed = 0;
      for (const { name, inputs } of inputsOf(plan, 'aws:iam/rolePolicy:RolePolicy')) {
        if (!isTask(plan, name)) continue;
        for (const { Action, Resource } of statementsOf(inputs.policy)) {
          for (const action of Action) {
            const resource = String(Resource[0]).replace(/^(arn:aws:logs:.*):\*$/, '$1:log-stream:any');
            for (const endpoint of endpointsFor(plan, action)) {
              const context = { 'aws:PrincipalAccount': '123456789012', ...tagsOf(plan.stack) };
              const asked = { action, resource: resource.replace(/(?<=.)\*/g, 'any'), context, endpoint };
              if (await isAllowed(asked)) passed += 1;
              else refused.push(`${plan.stack} ${name}: ${action} ${resource}`);
            }
          }
        }
      }
      expect(refused).to.deep.equal([]);
      expect(passed).to.be.greaterThan(plan.stack === 'dev' ? 50 : 80);
    }
  });
});

/** Whether tasks run under the role of a policy: pipelines and rules do not pass the VPC. */
function isTask(plan: Plan, policy: string): boolean {
  const role = only(plan.resources, 'aws:iam/role:Role', policy.replace(/-policy$/, '')).inputs;
  return String(role.assumeRolePolicy).includes('ecs-tasks.amazonaws.com');
}

/** The policies of the endpoints by which a request for an action goes; none where the stack has no such endpoint. */
function endpointsFor(plan: Plan, action: string): string[] {
  const [service] = action.split(':');
  return inputsOf(plan, 'aws:ec2/vpcEndpoint:VpcEndpoint')
    .filter(({ name }) => name.slice('network-'.length).split('.')[0] === service)
    .filter(({ name }) => action !== 'ecr:GetAuthorizationToken' || name === 'network-ecr.api')
    .map(({ inputs }) => String(inputs.policy));
}
