import { imageDefaults, placementDefaults } from '../fargate-task/index.ts';
import { priorityOf } from '../load-balancer/index.ts';
import { defaultRetentionDays } from '../validation.ts';
import type { FargateServiceArgs } from './args.ts';
import { containerName } from './container-definition.ts';
import { containersOf } from './containers.ts';
import { deploymentDefaults } from './deployment.ts';
import type {
  FargateApiGatewayArgs,
  FargateListenerRuleArgs,
  FargateLoadBalancerArgs,
  FargateTargetGroupArgs,
} from './exposure-args.ts';
import type { FargateScalingArgs } from './scaling-args.ts';

/** The arguments with every default filled in. The defaults of the component live here and nowhere else. */
export type Settings = ReturnType<typeof withDefaults>;
export type LoadBalancerSettings = ReturnType<typeof loadBalancerDefaults>;
export type ListenerRuleSettings = ReturnType<typeof listenerRuleDefaults>;
export type TargetGroupSettings = ReturnType<typeof targetGroupDefaults>;
export type ApiGatewaySettings = ReturnType<typeof apiGatewayDefaults>;
export type ScalingSettings = ReturnType<typeof scalingDefaults>;

export function withDefaults(name: string, args: FargateServiceArgs) {
  const port = args.port ?? 8080;
  const rules = (args.listenerRules ?? []).map((rule) => listenerRuleDefaults(name, rule, port));
  return {
    ...args,
    placement: placementDefaults(args.placement),
    image: imageDefaults(args.image),
    size: args.size ?? { cpu: 256, memory: 512 },
    port,
    secretKeyArns: args.secretKeyArns ?? [],
    permissions: args.permissions ?? [],
    loadBalancer: args.loadBalancer === undefined ? undefined : loadBalancerDefaults(args.loadBalancer),
    listenerRules: rules,
    containers: containersOf(args, isExposed(args), (container) => portsOf(args, port, rules, container)),
    enableExec: args.enableExec ?? false,
    apiGateway: args.apiGateway === undefined ? undefined : apiGatewayDefaults(args.apiGateway, args),
    containerInsights: args.containerInsights ?? 'disabled',
    capacity: {
      base: args.capacity?.base ?? 0,
      onDemandWeight: args.capacity?.onDemandWeight ?? 1,
      spotWeight: args.capacity?.spotWeight ?? 0,
    },
    desiredCount: args.desiredCount ?? args.scaling?.min ?? 1,
    scaling: args.scaling === undefined ? undefined : scalingDefaults(args.scaling),
    deployment: deploymentDefaults(args.deployment),
    logRetentionDays: args.logRetentionDays ?? defaultRetentionDays,
    alarmActionArns: args.alarmActionArns ?? [],
    tags: args.tags ?? {},
  };
}

/** Whether anything can connect to the tasks. */
export function isExposed({ loadBalancer, apiGateway, listenerRules = [] }: FargateServiceArgs): boolean {
  return loadBalancer !== undefined || apiGateway !== undefined || listenerRules.length > 0;
}

/** The ports at which something connects to a container: none of a worker's. */
function portsOf(
  { loadBalancer, apiGateway }: FargateServiceArgs,
  port: number,
  rules: ListenerRuleSettings[],
  container: string,
): number[] {
  if (loadBalancer !== undefined || apiGateway !== undefined)
    return container === containerName ? [port] : [];
  const own = rules.filter((rule) => rule.container === container).map((rule) => rule.port);
  return [...new Set(own)].sort((a, b) => a - b);
}

/** The defaults of the load balancer itself are those of `LoadBalancer`. */
function loadBalancerDefaults(args: FargateLoadBalancerArgs) {
  return { ...args, internetFacing: args.internetFacing ?? false, targetGroup: targetGroupDefaults(args) };
}

function listenerRuleDefaults(service: string, rule: FargateListenerRuleArgs, port: number) {
  const { hosts = [], paths = [] } = rule;
  return {
    ...rule,
    hosts,
    paths,
    port: rule.port ?? port,
    container: rule.container ?? containerName,
    priority: rule.priority ?? priorityOf(`${service}-${rule.name}`, hosts, paths),
    targetGroup: targetGroupDefaults(rule.targetGroup ?? {}),
  };
}

function targetGroupDefaults(args: FargateTargetGroupArgs) {
  return {
    healthCheckPath: args.healthCheckPath ?? '/livez',
    healthCheckIntervalSeconds: args.healthCheckIntervalSeconds ?? 5,
    healthCheckTimeoutSeconds: args.healthCheckTimeoutSeconds ?? 3,
    healthyThreshold: args.healthyThreshold ?? 2,
    unhealthyThreshold: args.unhealthyThreshold ?? 2,
    healthCheckGracePeriodSeconds: args.healthCheckGracePeriodSeconds ?? 60,
    deregistrationDelaySeconds: args.deregistrationDelaySeconds ?? 30,
  };
}

function apiGatewayDefaults(args: FargateApiGatewayArgs, { placement }: FargateServiceArgs) {
  return {
    subnetIds: args.subnetIds ?? placement.subnetIds,
    throttlingRateLimit: args.throttlingRateLimit ?? 100,
    throttlingBurstLimit: args.throttlingBurstLimit ?? 200,
    timeoutMilliseconds: args.timeoutMilliseconds ?? 29_000,
  };
}

export function scalingDefaults(args: FargateScalingArgs) {
  return {
    ...args,
    scaleInCooldownSeconds: args.scaleInCooldownSeconds ?? 300,
    scaleOutCooldownSeconds: args.scaleOutCooldownSeconds ?? 60,
    stepCpu:
      args.stepCpu === undefined
        ? undefined
        : {
            upperPercent: args.stepCpu.upperPercent ?? 85,
            lowerPercent: args.stepCpu.lowerPercent ?? 10,
            periodMinutes: args.stepCpu.periodMinutes ?? 1,
            cooldownSeconds: args.stepCpu.cooldownSeconds ?? 60,
          },
    schedules: (args.schedules ?? []).map((schedule) => ({
      ...schedule,
      timeZone: schedule.timeZone ?? 'Etc/UTC',
    })),
  };
}
