import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import {
  deployServices,
  globalServices,
  passedToServices,
} from '../../../components/deploy-roles/actions.ts';
import { projectDirectory } from '../../../stacks/plan/configuration.ts';
import type { Plan } from '../../../stacks/plan/evaluate.ts';
import { statementsOf } from '../../../stacks/policy/rule.ts';
import { isAllowed, tagsOf } from '../../support/permissions.ts';
import { planOf } from '../../support/plans.ts';
import { deliverWith } from './program.ts';

const boundary = 'arn:aws:iam::123456789012:policy/trellis-delivery/github-boundary-dev';

/** Prefixes of the IAM actions on a Pulumi module's resources, where the module is called otherwise. */
const prefixes: Record<string, string> = {
  apigatewayv2: 'apigateway',
  appautoscaling: 'application-autoscaling',
  lb: 'elasticloadbalancing',
  sfn: 'states',
  vpc: 'ec2',
};

/** What judging a release asks of ECS, and of what. */
const judged: Record<string, string> = {
  'ecs:DescribeServiceDeployments': '…service-deployment/api-cluster/api-service/1',
  'ecs:DescribeServiceRevisions': '…service-revision/api-cluster/api-service/1',
  'ecs:DescribeServices': '…service/api-cluster/api-service',
  'ecs:DescribeTasks': '…task/api-cluster/1',
  'ecs:ListServiceDeployments': '…service/api-cluster/api-service',
  'ecs:ListTasks': '*',
};

/** The CloudWatch module of Pulumi holds three services. */
function prefixOf(type: string): string {
  const [, module = '', resource = ''] = /^aws:(\w+)\/(\w+):/.exec(type) ?? [];
  if (module !== 'cloudwatch') return prefixes[module] ?? module;
  if (resource.startsWith('event')) return 'events';
  return resource.startsWith('log') ? 'logs' : 'cloudwatch';
}

describe('the permissions of a deployment', function () {
  this.timeout(60_000);
  const plans: Plan[] = [];

  before(async () => {
    const bounded = `roles.boundary=${boundary}`;
    plans.push(await planOf('dev', [bounded]));
    plans.push(await planOf('prod', [bounded]));
    // Roles that neither of them has.
    const further = [
      'service.exposure=internal-load-balancer',
      'release.strategy=canary',
      'ingest.slackChannel=C0123456789',
      'ingest.slackToken=xoxb-1-a',
      'alarms.slackWorkspace=T07EA123LEP',
      'alarms.slackChannel=C07EZ1ABC23',
    ];
    plans.push(await planOf('dev', [bounded, ...further]));
  });

  const resources = () => plans.flatMap((plan) => plan.resources);

  it('cover every type of resource that dev and prod have', async () => {
    const { deployPolicy } = await deliverWith();
    const allowed = new Set(
      statementsOf(deployPolicy)
        .filter(({ Effect }) => Effect === 'Allow')
        .flatMap(({ Action }) => Action.map((action) => action.split(':')[0])),
    );
    const types = [...new Set(resources().map(({ type }) => type))].filter((type) => type.startsWith('aws:'));
    expect(types.length).to.be.greaterThan(50);
    expect(types.filter((type) => !allowed.has(prefixOf(type)))).to.deep.equal([]);
  });

  it('are of no service that nothing needs, but for settings that neither stack has', () => {
    const used = new Set(resources().map(({ type }) => prefixOf(type)));
    const optional = ['acm', 'route53'];
    expect(
      [...deployServices, ...globalServices].filter(
        (service) => !used.has(service) && !optional.includes(service),
      ),
    ).to.deep.equal([]);
  });

  it('are all that judging a release asks of ECS, of its own stack alone', async () => {
    const { deployPolicy } = await deliverWith();
    const source = readFileSync(`${projectDirectory}/components/fargate-service/release/facts.ts`, 'utf8');
    const actions = [...source.matchAll(/\becs\.(\w)(\w+)\(/g)].map(
      ([, first = '', rest]) => `ecs:${first.toUpperCase()}${rest}`,
    );
    expect(actions.sort()).to.deep.equal(Object.keys(judged).sort());
    const allowed = (action: string, stack: string) =>
      isAllowed({
        action,
        resource: judged[action]?.replace('…', 'arn:aws:ecs:us-east-1:123456789012:') as string,
        policy: deployPolicy,
        context: { ...tagsOf(stack), 'aws:RequestedRegion': 'us-east-1' },
      });
    for (const action of actions) expect(await allowed(action, 'prod'), action).to.equal(true);
    expect(await allowed('ecs:ListServiceDeployments', 'dev')).to.equal(false);
  });

  it('pass roles to the services that they trust', () => {
    const trusted = resources()
      .filter(({ type }) => type === 'aws:iam/role:Role')
      .flatMap(({ inputs }) => statementsOf(inputs.assumeRolePolicy))
      .map(({ Principal }) => (Principal as { Service: string }).Service);
    expect([...new Set(trusted)].filter((service) => !passedToServices.includes(service))).to.deep.equal([]);
    expect(trusted).to.include('ecs.amazonaws.com');
  });

  it('bound every role, below the path of its stack', () => {
    for (const { stack, resources } of plans) {
      const roles = resources.filter(({ type }) => type === 'aws:iam/role:Role');
      expect(roles.length).to.be.greaterThan(10);
      for (const { name, inputs } of roles) {
        expect(inputs, name).to.include({ path: `/trellis/${stack}/`, permissionsBoundary: boundary });
      }
    }
  });

  it('without the setting, roles are as before', async () => {
    const { resources } = await planOf('dev');
    const { inputs } = resources.find(({ name }) => name === 'api-task') ?? { inputs: {} };
    expect(inputs).to.have.property('assumeRolePolicy');
    expect(inputs).not.to.have.any.keys('path', 'permissionsBoundary');
  });
});
