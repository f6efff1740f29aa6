import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import type { Plan } from '../../stacks/plan/evaluate.ts';
import { statementsOf } from '../../stacks/policy/rule.ts';
import { only } from '../components/mocks.ts';
import { isAllowed, tagsOf } from '../support/permissions.ts';
import { planOf } from '../support/plans.ts';

const manual = new URL('../../docs/deploy.md', import.meta.url);

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

/** What a task may connect to on the internet: by an address of its own, or by a NAT gateway behind its subnet. */
function internetOf(plan: Plan, { hasAddress, subnets, securityGroups }: Task): string {
  const hasWay = hasAddress || subnets.some((subnet) => subnet.includes('-private-'));
  const rules = inputsOf(plan, 'aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule')
    .filter(
      ({ inputs }) => securityGroups.includes(inputs.securityGroupId) && inputs.cidrIpv4 === '0.0.0.0/0',
    )
    .map(({ inputs }) => `${String(inputs.ipProtocol).toUpperCase()} ${inputs.toPort}`);
  return hasWay && rules.length > 0 ? rules.join(', ') : 'nothing';
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
