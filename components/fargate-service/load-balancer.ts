import type * as aws from '@pulumi/aws';
import { isIpv6 } from '../fargate-task/index.ts';
import { LoadBalancer, openingsOf } from '../load-balancer/index.ts';
import { tookFrom } from '../moved.ts';
import { containerName } from './container-definition.ts';
import type { LoadBalancerSettings } from './defaults.ts';
import { shiftsTraffic } from './deployment.ts';
import type { Exposure } from './exposure.ts';
import {
  answersOf,
  createForwardingRule,
  everyPath,
  groupsOf,
  type Route,
  registration,
  requestLabel,
  type Targets,
} from './route.ts';
import type { Scope } from './scope.ts';
import { connectEntryToTasks } from './security-groups.ts';
import { createTargetGroup, type TargetGroupPlan } from './target-group.ts';
import { createTrafficShift } from './traffic-shift.ts';

/** A load balancer of the service's own, and the target group that its tasks join: two where releases shift the requests
 * from one to the other. */
export function createLoadBalancer(
  scope: Scope,
  settings: LoadBalancerSettings,
  tasks: aws.ec2.SecurityGroup,
): Exposure {
  const { name } = scope;
  const group = groupOf(name, settings);
  const rolling = shiftsTraffic(scope.settings.deployment.strategy)
    ? undefined
    : createTargetGroup(scope, group, 'rg');
  const balancer = createBalancer(scope, settings, rolling);
  const { loadBalancer, securityGroup } = balancer;
  const listener = balancer.httpsListener ?? balancer.httpListener;
  const { port } = scope.settings;
  const route: Route = {
    listenerArn: listener.arn,
    arnSuffix: loadBalancer.arnSuffix,
    conditions: [everyPath],
    testConditions: [],
    priorities: { rolling: 5, test: 10, production: 50 },
    container: containerName,
    port,
    group,
  };
  const connection = connectEntryToTasks(
    scope,
    { name: 'entry', securityGroupId: securityGroup.id, port },
    tasks,
  );
  const targets: Targets =
    rolling === undefined ? createTrafficShift(scope, route) : { targetGroup: rolling };
  const { targetGroup, shift } = targets;
  return {
    url: balancer.url,
    entrySecurityGroup: securityGroup,
    loadBalancers: [registration(route, targets)],
    prerequisites: [...openingsOf(balancer), ...(shift?.prerequisites ?? []), ...connection],
    leadTo: (service) =>
      shift === undefined ? [createForwardingRule(scope, route, targetGroup, service)] : [],
    answers: {
      namespace: 'AWS/ApplicationELB',
      dimensions: { LoadBalancer: loadBalancer.arnSuffix },
      requests: ['RequestCount', 'HTTPCode_ELB_5XX_Count'],
      errors: ['HTTPCode_Target_5XX_Count', 'HTTPCode_ELB_5XX_Count'],
    },
    perGroup: shift === undefined ? [] : groupsOf(targets).map((one) => answersOf(route, one)),
    requestLabel: requestLabel(route, targetGroup),
    healthCheckGracePeriodSeconds: settings.targetGroup.healthCheckGracePeriodSeconds,
    loadBalancer,
    listener,
    targetGroup,
    alternateTargetGroup: shift?.alternateTargetGroup,
  };
}

/** The group's port differs between internal and public load balancers, because AWS lets a group have one load balancer:
 * another port makes another group. */
function groupOf(name: string, { internetFacing, targetGroup }: LoadBalancerSettings): TargetGroupPlan {
  return { name, port: internetFacing ? 80 : 8080, settings: targetGroup, formerName: `${name}-tg` };
}

/** @param rolling target group of rolling releases. Its rule is created after the service, but ECS refuses a target group to
 * which no listener leads. So the default action leads to it as well. */
function createBalancer(
  scope: Scope,
  settings: LoadBalancerSettings,
  rolling: aws.lb.TargetGroup | undefined,
): LoadBalancer {
  const { name, tags, child } = scope;
  const { placement } = scope.settings;
  const { vpcId } = placement;
  const fallback = rolling === undefined ? {} : { defaultTargetGroupArn: rolling.arn };
  return new LoadBalancer(
    name,
    { ...settings, vpcId, ...(isIpv6(placement) ? { dualStack: true } : {}), ...fallback, tags },
    tookFrom(child.parent, formerNames(name, settings)),
  );
}

/** What the children of the load balancer were called once. */
function formerNames(name: string, { allowedCidrs }: LoadBalancerSettings): (child: string) => string[] {
  const cidrs = allowedCidrs ?? ['0.0.0.0/0'];
  const former = new Map([
    [`${name}-http`, `${name}-redirect`],
    ...cidrs.flatMap((cidr, index) =>
      [80, 443].map((port): [string, string] => [
        `${name}-from-${cidr.replace('/', '-')}-${port}`,
        `${name}-from-cidr${index}-${port}`,
      ]),
    ),
  ]);
  return (child) => [former.get(child)].filter((one) => one !== undefined);
}
