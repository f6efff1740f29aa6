import * as aws from '@pulumi/aws';
import { isIpv6 } from '../fargate-task/index.ts';
import type { TargetGroupSettings } from './defaults.ts';
import { shiftsTraffic } from './deployment.ts';
import type { Scope } from './scope.ts';

/** What a target group is to be. */
export interface TargetGroupPlan {
  /** Groups are called `${name}-${role}`. */
  name: string;
  /** Each task registers with a port of its own, so this one is only a default. */
  port: number;
  settings: TargetGroupSettings;
  /** What both first groups were called once, when rolling releases and others shared one. */
  formerName?: string;
}

/**
 * Where the service's tasks register, and how the load balancer decides on each.
 *
 * @param role `rg` is the group of rolling releases; where releases shift requests, `bg` is the first one (blue) and `alt`
 * the other. The names are this short since AWS's may have 32 characters. Groups of IPv6 addresses have names of their own:
 * a group cannot change its kind, and the provider would keep it where the program says nothing.
 */
export function createTargetGroup(
  scope: Scope,
  { name, port, settings, formerName }: TargetGroupPlan,
  role: 'rg' | 'bg' | 'alt',
): aws.lb.TargetGroup {
  const isOfIpv6 = isIpv6(scope.settings.placement);
  return new aws.lb.TargetGroup(
    `${name}-${isOfIpv6 ? ipv6Roles[role] : role}`,
    {
      vpcId: scope.settings.placement.vpcId,
      targetType: 'ip',
      ...(isOfIpv6 ? { ipAddressType: 'ipv6' } : {}),
      protocol: 'HTTP',
      port,
      deregistrationDelay: settings.deregistrationDelaySeconds,
      // A task that is busy with long requests gets fewer new ones; round robin would not notice.
      loadBalancingAlgorithmType: 'least_outstanding_requests',
      healthCheck: {
        protocol: 'HTTP',
        path: settings.healthCheckPath,
        matcher: '200-399',
        interval: settings.healthCheckIntervalSeconds,
        timeout: settings.healthCheckTimeoutSeconds,
        healthyThreshold: settings.healthyThreshold,
        unhealthyThreshold: settings.unhealthyThreshold,
      },
      tags: scope.tags,
    },
    {
      ...scope.child,
      // A change of the port, which is only a default, would replace the group, while the rules that ECS shifts would go on
      // leading to the old one.
      ignoreChanges: shiftsTraffic(scope.settings.deployment.strategy) ? ['port'] : [],
      // Under one name a change of the strategy sent requests where no task was left.
      aliases: role === 'alt' || isOfIpv6 || formerName === undefined ? [] : [{ name: formerName }],
    },
  );
}

const ipv6Roles = { rg: 'r6', bg: 'b6', alt: 'a6' };
