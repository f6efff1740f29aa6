import type { Properties } from '../evaluate/registered.ts';
import { revealed } from '../evaluate/values.ts';
import { type World, worldOf } from '../identities/claims.ts';
import type { Step } from './engine.ts';
import { claimantOf } from './living.ts';

// biome-ignore lint/suspicious/noExplicitAny: a duration reads what is there, whatever its shape.
type Inputs = Record<string, any>;

/** How long what a step does takes to reach everybody, by AWS's documents and the step's own settings. */
export function durationOf(step: Step, steps: readonly Step[]): string | undefined {
  if (step.action === 'same') return undefined;
  const one = step.after ?? step.before;
  const world = worldOf(steps.flatMap(({ after }) => after ?? []).map(claimantOf));
  return one && durations[one.resource.type]?.(revealed(one.resource.inputs) as Inputs, step, world);
}

type Duration = (inputs: Inputs, step: Step, world: World) => string | undefined;

const securityGroupRule: Duration = () =>
  'at once (https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html)';

const durations: Readonly<Record<string, Duration>> = {
  'aws:ecs/service:Service': ({ loadBalancers = [] }, { action, differences }, world) => {
    const startsTasks = action !== 'update' || differences.some(({ path }) => replacesTasks.test(path));
    const group = world.get(String(loadBalancers[0]?.targetGroupArn));
    if (!startsTasks || action === 'delete' || group === undefined) return undefined;
    const { healthCheck = {}, deregistrationDelay = 300 } = revealed(group.inputs) as Inputs;
    const { interval = 30, healthyThreshold = 5 } = healthCheck;
    return (
      `a new task gets requests after ${healthyThreshold} good checks, one every ${interval} s, so ` +
      `${(healthyThreshold - 1) * interval} to ${healthyThreshold * interval} s after it answers ` +
      '(https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html); ' +
      `an old one finishes its own for ${deregistrationDelay} s at most ` +
      '(https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-target-group-attributes.html)'
    );
  },
  'aws:cloudfront/distribution:Distribution': () =>
    'minutes, in which one edge location after the other follows ' +
    '(https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/HowToUpdateDistribution.html)',
  'aws:cloudfront/vpcOrigin:VpcOrigin': (_, { action }) =>
    action === 'delete'
      ? undefined
      : 'up to 15 minutes until it is deployed ' +
        '(https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-vpc-origins.html)',
  'aws:route53/record:Record': (_, { action, before, after }) => {
    if (action === 'create') return undefined;
    const { ttl = 60 } = revealed((before ?? after)?.resource.inputs) as Properties;
    return (
      `resolvers keep the old answer for ${ttl} s, that of an alias for CloudFront or a load balancer for 60 s ` +
      '(https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-choosing-alias-non-alias.html)'
    );
  },
  'aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule': securityGroupRule,
  'aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule': securityGroupRule,
};

/** What of an ECS service makes a release of its tasks. */
const replacesTasks =
  /^(taskDefinition|networkConfiguration|loadBalancers|serviceRegistries|capacityProvider|platformVersion)/;
