import {
  checkAddressType,
  checkArchitecture,
  checkSize,
  egressProblems,
  isIpv6,
} from '../fargate-task/index.ts';
import { checkBalancerName, loadBalancerProblems, longestName } from '../load-balancer/index.ts';
import {
  checkNames,
  checkOneOf,
  checkRetention,
  checkWhole,
  type Label,
  type Problems,
} from '../validation.ts';
import type { FargateServiceArgs } from './args.ts';
import type { ScalingSettings, Settings, TargetGroupSettings } from './defaults.ts';
import { shiftsTraffic } from './deployment.ts';
import type { FargateScalingArgs } from './scaling-args.ts';
import { checkSchedule, checkTimeZone } from './schedule.ts';
import { checkPath, taskProblems } from './validate-containers.ts';
import { deploymentProblems } from './validate-deployment.ts';
import { listenerRuleProblems } from './validate-rules.ts';

/** Everything that is wrong with the arguments, to be reported at once; undefined entries are no problems. */
export function problems(name: string, args: FargateServiceArgs, settings: Settings): Problems {
  return [
    checkName(name, settings),
    checkExposure(args),
    checkSize(settings.size),
    checkArchitecture(settings.image.architecture),
    checkWhole('port', settings.port, 1, 65_535),
    ...taskProblems(args, settings),
    checkAddressType(settings.placement.ipAddressType),
    ...(isIpv6(settings.placement) ? ipv6Problems(settings) : []),
    ...egressProblems(settings.placement.egress),
    ...(settings.loadBalancer === undefined
      ? []
      : [
          ...loadBalancerProblems(settings.loadBalancer, ofLoadBalancer),
          ...targetGroupProblems(settings.loadBalancer.targetGroup, ofLoadBalancer),
        ]),
    ...listenerRuleProblems(args, settings, (rule, label) => targetGroupProblems(rule.targetGroup, label)),
    ...apiGatewayProblems(settings),
    ...capacityProblems(args, settings),
    ...(settings.scaling === undefined ? [] : scalingProblems(settings.scaling, settings)),
    ...deploymentProblems(args, settings),
    checkOneOf('containerInsights', settings.containerInsights, ['disabled', 'enabled', 'enhanced']),
    checkRetention('logRetentionDays', settings.logRetentionDays),
  ];
}

function checkExposure({ loadBalancer, listenerRules, apiGateway }: FargateServiceArgs): string | undefined {
  const given = Object.entries({ loadBalancer, listenerRules, apiGateway }).filter(
    ([, value]) => value !== undefined,
  );
  if (given.length < 2) return undefined;
  return `at most one of loadBalancer, listenerRules and apiGateway may be set, not ${given.map(([name]) => name).join(' and ')}`;
}

function checkName(name: string, settings: Settings): string | undefined {
  const { loadBalancer, listenerRules, deployment } = settings;
  // The second group of a release that shifts requests is called `-alt`, one character more than `-lb`.
  const longest = shiftsTraffic(deployment.strategy) ? longestName - 1 : longestName;
  return (
    checkBalancerName(name, loadBalancer === undefined ? Number.POSITIVE_INFINITY : longest) ??
    listenerRules
      .map((rule) => `${name}-${rule.name}`)
      .filter((group) => group.length > longest)
      .map(
        (group) =>
          `${group} has ${group.length} characters; service and rule together may have ${longest - 1}`,
      )
      .at(0)
  );
}

/** What AWS does not document for tasks without IPv4 addresses. */
function ipv6Problems({ placement, apiGateway, enableExec }: Settings): Problems {
  const undocumented = (what: string) => `${what} is not documented by AWS for placement.ipAddressType ipv6`;
  return [
    placement.assignPublicIp
      ? 'placement: a subnet for ipAddressType ipv6 has no public address for assignPublicIp'
      : undefined,
    apiGateway === undefined ? undefined : undocumented('a VPC link to tasks, as apiGateway needs it,'),
    enableExec ? undocumented('enableExec') : undefined,
  ];
}

const ofLoadBalancer: Label = (argument) => `loadBalancer.${argument}`;

function targetGroupProblems(settings: TargetGroupSettings, label: Label): Problems {
  const interval = settings.healthCheckIntervalSeconds;
  return [
    checkPath(label('healthCheckPath'), settings.healthCheckPath),
    checkWhole(label('healthCheckIntervalSeconds'), interval, 5, 300),
    checkWhole(label('healthCheckTimeoutSeconds'), settings.healthCheckTimeoutSeconds, 2, 120),
    settings.healthCheckTimeoutSeconds >= interval
      ? `${label('healthCheckTimeoutSeconds')} must be less than the interval of ${interval}`
      : undefined,
    checkWhole(label('healthyThreshold'), settings.healthyThreshold, 2, 10),
    checkWhole(label('unhealthyThreshold'), settings.unhealthyThreshold, 2, 10),
    checkWhole(
      label('healthCheckGracePeriodSeconds'),
      settings.healthCheckGracePeriodSeconds,
      0,
      2_147_483_647,
    ),
    checkWhole(label('deregistrationDelaySeconds'), settings.deregistrationDelaySeconds, 0, 3600),
  ];
}

/** Without a weight there would be no tasks beyond the base. */
export function checkWeights(onDemand: number, spot: number, labels: [string, string]): string | undefined {
  return onDemand === 0 && spot === 0 ? `${labels.join(' and ')} must not both be 0` : undefined;
}

function apiGatewayProblems({ apiGateway }: Settings): Problems {
  if (apiGateway === undefined) return [];
  return [
    checkWhole('apiGateway.throttlingRateLimit', apiGateway.throttlingRateLimit, 1, 10_000),
    checkWhole('apiGateway.throttlingBurstLimit', apiGateway.throttlingBurstLimit, 1, 5000),
    checkWhole('apiGateway.timeoutMilliseconds', apiGateway.timeoutMilliseconds, 50, 30_000),
  ];
}

function capacityProblems(args: FargateServiceArgs, { capacity }: Settings): Problems {
  return [
    checkWhole('capacity.base', capacity.base, 0, 100_000),
    checkWhole('capacity.onDemandWeight', capacity.onDemandWeight, 0, 1000),
    checkWhole('capacity.spotWeight', capacity.spotWeight, 0, 1000),
    checkWeights(capacity.onDemandWeight, capacity.spotWeight, ['capacity: onDemandWeight', 'spotWeight']),
    checkWhole('desiredCount', args.desiredCount, 0, 5000),
    args.desiredCount !== undefined && args.scaling !== undefined
      ? 'desiredCount and scaling exclude each other: scaling starts at its min'
      : undefined,
  ];
}

function scalingProblems(scaling: ScalingSettings, settings: Settings): Problems {
  const { targetCpuPercent, targetMemoryPercent, targetRequestsPerTask, stepCpu, schedules } = scaling;
  const policies = [targetCpuPercent, targetMemoryPercent, targetRequestsPerTask, stepCpu];
  return [
    ...rangeProblems('scaling', scaling),
    policies.every((policy) => policy === undefined) && schedules.length === 0 && !scaling.external
      ? 'scaling needs at least one of targetCpuPercent, targetMemoryPercent, targetRequestsPerTask, stepCpu, schedules and external'
      : undefined,
    scaling.external
      ? undefined
      : checkFirstTask(
          scaling,
          policies.some((policy) => policy !== undefined),
          (limit) => `scaling.${limit}`,
        ),
    checkWhole('scaling.targetCpuPercent', targetCpuPercent, 1, 100),
    checkWhole('scaling.targetMemoryPercent', targetMemoryPercent, 1, 100),
    checkWhole('scaling.targetRequestsPerTask', targetRequestsPerTask, 1, Number.MAX_SAFE_INTEGER),
    targetRequestsPerTask !== undefined &&
    settings.loadBalancer === undefined &&
    settings.listenerRules.length !== 1
      ? 'scaling.targetRequestsPerTask needs loadBalancer or one of listenerRules, which counts them'
      : undefined,
    targetRequestsPerTask !== undefined && shiftsTraffic(settings.deployment.strategy)
      ? 'scaling.targetRequestsPerTask needs deployment.strategy rolling: it counts the requests of one target group'
      : undefined,
    targetCpuPercent !== undefined && stepCpu !== undefined
      ? 'scaling: targetCpuPercent and stepCpu would work against each other; set one'
      : undefined,
    checkWhole('scaling.scaleInCooldownSeconds', scaling.scaleInCooldownSeconds, 0, 3600),
    checkWhole('scaling.scaleOutCooldownSeconds', scaling.scaleOutCooldownSeconds, 0, 3600),
    checkWhole('scaling.stepCpu.upperPercent', stepCpu?.upperPercent, 1, 100),
    checkWhole('scaling.stepCpu.lowerPercent', stepCpu?.lowerPercent, 1, 100),
    stepCpu !== undefined && stepCpu.lowerPercent >= stepCpu.upperPercent
      ? 'scaling.stepCpu: lowerPercent must be less than upperPercent'
      : undefined,
    checkWhole('scaling.stepCpu.periodMinutes', stepCpu?.periodMinutes, 1, 60),
    checkWhole('scaling.stepCpu.cooldownSeconds', stepCpu?.cooldownSeconds, 0, 3600),
    ...checkNames(
      'scaling.schedules',
      schedules.map(({ name }) => name),
    ),
    ...schedules.flatMap((schedule) => [
      checkSchedule(`schedule "${schedule.name}"`, schedule.schedule),
      checkTimeZone(`schedule "${schedule.name}"`, schedule.timeZone),
      ...rangeProblems(`schedule "${schedule.name}"`, schedule),
    ]),
  ];
}

function rangeProblems(label: string, { min, max }: { min: number; max: number }): Problems {
  return [
    checkWhole(`${label}: min`, min, 0, 5000),
    checkWhole(`${label}: max`, max, 0, 5000),
    min > max ? `${label}: min ${min} is more than max ${max}` : undefined,
  ];
}

/**
 * A problem where nothing could start the first task: CPU, memory and requests are measured on tasks, so without one these
 * policies have nothing to act on. A `max` of 0 is left alone, since it says that no task is to run.
 */
export function checkFirstTask(
  { min, max, schedules }: Pick<FargateScalingArgs, 'min' | 'max' | 'schedules'>,
  hasPolicies: boolean,
  label: (limit: 'min' | 'schedules') => string,
): string | undefined {
  const limits = [{ min, max }, ...(schedules ?? [])];
  const startsNone = limits.every((limit) => limit.min === 0);
  const isOff = limits.every((limit) => limit.max === 0);
  if (!startsNone || isOff || !hasPolicies) return undefined;
  return (
    `${label('min')} is 0, and from no task CPU, memory and requests cannot start the first: ` +
    `set it to 1 or more, or add one of ${label('schedules')} with a min of 1 or more`
  );
}
