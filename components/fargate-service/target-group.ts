import * as aws from '@pulumi/aws';
import type { LoadBalancerSettings } from './defaults.ts';
import { shiftsTraffic } from './deployment.ts';
import type { Scope } from './scope.ts';

/**
 * Where the service's tasks register, and how the load balancer decides on each.
 *
 * Each task registers with a port of its own, so the group's port is only a default, and stays when the service's changes.
 * It differs between internal and public load balancers, because AWS lets a group have one load balancer: another port
 * makes another group.
 *
 * @param role `rg` is the group of rolling releases; where releases shift requests, `bg` is the first one (blue) and `alt`
 * the other. The names are this short since AWS's may have 32 characters.
 */
export function createTargetGroup(
  scope: Scope,
  settings: LoadBalancerSettings,
  role: 'rg' | 'bg' | 'alt',
): aws.lb.TargetGroup {
  return new aws.lb.TargetGroup(
    `${scope.name}-${role}`,
    {
      vpcId: scope.settings.placement.vpcId,
      targetType: 'ip',
      protocol: 'HTTP',
      port: settings.internetFacing ? 80 : 8080,
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
      // Each task registers with its own port, so this one is only a default. A change of it would replace the group,
      // while the rules that ECS shifts would go on leading to the old one.
      ignoreChanges: shiftsTraffic(scope.settings.deployment.strategy) ? ['port'] : [],
      // Both first groups had this name, so that rolling releases and others shared one. Then a change of the strategy sent
      // requests where no task was left.
      aliases: role === 'alt' ? [] : [{ name: `${scope.name}-tg` }],
    },
  );
}
