import { imageDefaults, placementDefaults } from '../fargate-task/index.ts';
import { defaultRetentionDays } from '../validation.ts';
import type { FargateHealthCheckArgs, FargateServiceArgs } from './args.ts';
import { type ContainerHealthCheck, nodeHealthCommand } from './container-definition.ts';
import { deploymentDefaults } from './deployment.ts';
import type { FargateApiGatewayArgs, FargateLoadBalancerArgs } from './exposure-args.ts';
import type { FargateScalingArgs } from './scaling-args.ts';

/** The arguments with every default filled in. The defaults of the component live here and nowhere else. */
export type Settings = ReturnType<typeof withDefaults>;
export type LoadBalancerSettings = ReturnType<typeof loadBalancerDefaults>;
export type ApiGatewaySettings = ReturnType<typeof apiGatewayDefaults>;
export type ScalingSettings = ReturnType<typeof scalingDefaults>;

export function withDefaults(args: FargateServiceArgs) {
  const exposed = args.loadBalancer !== undefined || args.apiGateway !== undefined;
  const port = args.port ?? 8080;
  return {
    ...args,
    placement: placementDefaults(args.placement),
    image: imageDefaults(args.image),
    size: args.size ?? { cpu: 256, memory: 512 },
    port,
    user: args.user ?? '1000:1000',
    environment: args.environment ?? {},
    secrets: args.secrets ?? {},
    secretKeyArns: args.secretKeyArns ?? [],
    writablePaths: args.writablePaths ?? ['/tmp'],
    healthCheck: healthCheckDefaults(args.healthCheck ?? (exposed ? {} : undefined), port),
    stopTimeoutSeconds: args.stopTimeoutSeconds ?? 30,
    permissions: args.permissions ?? [],
    loadBalancer: args.loadBalancer === undefined ? undefined : loadBalancerDefaults(args.loadBalancer),
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

function healthCheckDefaults(
  args: FargateHealthCheckArgs | undefined,
  port: number,
): ContainerHealthCheck | undefined {
  if (args === undefined) return undefined;
  const timeout = args.timeoutSeconds ?? 5;
  return {
    command:
      args.command === undefined
        ? nodeHealthCommand(port, args.path ?? '/livez', timeout)
        : ['CMD', ...args.command],
    interval: args.intervalSeconds ?? 10,
    timeout,
    retries: args.retries ?? 3,
    startPeriod: args.startPeriodSeconds ?? 30,
  };
}

function loadBalancerDefaults(args: FargateLoadBalancerArgs) {
  const internetFacing = args.internetFacing ?? false;
  return {
    ...args,
    internetFacing,
    sslPolicy: args.sslPolicy ?? 'ELBSecurityPolicy-TLS13-1-2-Res-2021-06',
    allowedCidrs: args.allowedCidrs ?? (internetFacing ? ['0.0.0.0/0'] : []),
    allowedPrefixListIds: args.allowedPrefixListIds ?? [],
    allowedSecurityGroupIds: args.allowedSecurityGroupIds ?? [],
    healthCheckPath: args.healthCheckPath ?? '/livez',
    healthCheckIntervalSeconds: args.healthCheckIntervalSeconds ?? 5,
    healthCheckTimeoutSeconds: args.healthCheckTimeoutSeconds ?? 3,
    healthyThreshold: args.healthyThreshold ?? 2,
    unhealthyThreshold: args.unhealthyThreshold ?? 2,
    healthCheckGracePeriodSeconds: args.healthCheckGracePeriodSeconds ?? 60,
    deregistrationDelaySeconds: args.deregistrationDelaySeconds ?? 30,
    idleTimeoutSeconds: args.idleTimeoutSeconds ?? 60,
    deletionProtection: args.deletionProtection ?? true,
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
