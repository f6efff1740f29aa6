import { checkOneOf, checkWhole, isCidr } from '../validation.ts';
import type { FargateEgressArgs, FargateServiceArgs } from './args.ts';
import { volumeName } from './container-definition.ts';
import type { LoadBalancerSettings, ScalingSettings, Settings } from './defaults.ts';
import { shiftsTraffic } from './deployment.ts';
import { checkSchedule, checkTimeZone } from './schedule.ts';
import { checkSize } from './size.ts';
import { deploymentProblems } from './validate-deployment.ts';

export type Problems = (string | undefined)[];

/** Everything that is wrong with the arguments, to be reported at once; undefined entries are no problems. */
export function problems(name: string, args: FargateServiceArgs, settings: Settings): Problems {
  return [
    checkName(name, settings),
    args.loadBalancer !== undefined && args.apiGateway !== undefined
      ? 'at most one of loadBalancer and apiGateway may be set, not both'
      : undefined,
    checkSize(settings.size),
    ...containerProblems(args, settings),
    ...networkProblems(settings),
    ...(settings.loadBalancer === undefined ? [] : loadBalancerProblems(settings.loadBalancer)),
    ...apiGatewayProblems(settings),
    ...capacityProblems(args, settings),
    ...(settings.scaling === undefined ? [] : scalingProblems(settings.scaling, settings)),
    ...deploymentProblems(args, settings),
    checkOneOf('containerInsights', settings.containerInsights, ['disabled', 'enabled', 'enhanced']),
    logRetentions.includes(settings.logRetentionDays)
      ? undefined
      : `logRetentionDays must be one of ${logRetentions.join(', ')}, not ${settings.logRetentionDays}`,
  ];
}

/** What CloudWatch Logs accepts; 0 (never expire) is left out. */
const logRetentions = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

/** Load balancers and target groups have at most 32 characters, of which `-lb` and Pulumi's suffix take 11;
 * `-alt` takes one more. */
const longestName = 21;

function checkName(name: string, settings: Settings): string | undefined {
  if (!/^[A-Za-z][A-Za-z0-9-]*$/.test(name)) {
    return 'the name must begin with a letter and hold letters, digits and hyphens only';
  }
  if (/^(sg|internal)(-|$)/.test(name)) {
    return 'the name must not begin with "sg" or "internal" and a hyphen, which AWS keeps for itself';
  }
  const longest = shiftsTraffic(settings.deployment.strategy) ? longestName - 1 : longestName;
  if (settings.loadBalancer !== undefined && name.length > longest) {
    return `the name has ${name.length} characters; with a load balancer it may have ${longest}`;
  }
  return undefined;
}

function containerProblems(args: FargateServiceArgs, settings: Settings): Problems {
  const { environment, secrets, user, healthCheck, writablePaths } = settings;
  const variables = [...Object.keys(environment), ...Object.keys(secrets)];
  const unnamed = variables.filter((variable) => !/^[A-Za-z_][A-Za-z0-9_]*$/.test(variable));
  const twice = Object.keys(environment).filter((variable) => variable in secrets);
  const open = Object.keys(environment).filter((variable) => credentials.includes(variable));
  const paths = writablePaths.filter((path) => !/^\/[^:]*[^:/]$/.test(path));
  const volumes = new Set(writablePaths.map(volumeName));
  return [
    checkOneOf('architecture', settings.architecture, ['arm64', 'x86_64']),
    checkWhole('port', settings.port, 1, 65_535),
    /^(root|0)(:|$)/.test(user) || user === '' ? `user must not be root, not "${user}"` : undefined,
    unnamed.length > 0 ? `environment and secrets: ${unnamed.join(', ')} is no variable name` : undefined,
    twice.length > 0 ? `${twice.join(', ')} must be either in environment or in secrets` : undefined,
    open.length > 0
      ? `environment: ${open.join(', ')} would be readable; use permissions or secrets`
      : undefined,
    paths.length > 0
      ? `writablePaths must be absolute paths below /, not ${paths.map((path) => `"${path}"`).join(', ')}`
      : undefined,
    volumes.size < writablePaths.length ? 'writablePaths must differ in letters and digits' : undefined,
    checkWhole('stopTimeoutSeconds', settings.stopTimeoutSeconds, 2, 120),
    args.healthCheck?.path !== undefined && args.healthCheck.command !== undefined
      ? 'healthCheck: either path or command, not both'
      : undefined,
    checkPath('healthCheck.path', args.healthCheck?.path),
    args.healthCheck?.command?.length === 0 ? 'healthCheck.command must not be empty' : undefined,
    checkWhole('healthCheck.intervalSeconds', healthCheck?.interval, 5, 300),
    checkWhole('healthCheck.timeoutSeconds', healthCheck?.timeout, 2, 60),
    checkWhole('healthCheck.retries', healthCheck?.retries, 1, 10),
    checkWhole('healthCheck.startPeriodSeconds', healthCheck?.startPeriod, 0, 300),
    ...settings.permissions.flatMap(({ actions, resources }, index) => [
      actions.length === 0 || resources.length === 0
        ? `permissions[${index}] needs at least one action and one resource`
        : undefined,
      actions.some((action) => action.includes('*'))
        ? `permissions[${index}] must name each action instead of using *`
        : undefined,
    ]),
  ];
}

/** Variables that AWS's control ECS.8 looks for. */
const credentials = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'ECS_ENGINE_AUTH_DATA'];

function checkPath(label: string, path: string | undefined): string | undefined {
  return path === undefined || /^\/\S*$/.test(path)
    ? undefined
    : `${label} must begin with /, not be "${path}"`;
}

function networkProblems({ egress }: Settings): Problems {
  return [
    duplicates(
      'egress',
      egress.map(({ name }) => name),
    ),
    ...egress.flatMap((rule) => [
      checkLabel('egress', rule.name),
      checkWhole(`egress "${rule.name}": port`, rule.port, 1, 65_535),
      checkDestination(rule),
    ]),
  ];
}

function checkDestination({ name, cidr, prefixListId, securityGroupId }: FargateEgressArgs) {
  const given = [cidr, prefixListId, securityGroupId].filter((destination) => destination !== undefined);
  if (given.length === 1) return undefined;
  return `egress "${name}": exactly one of cidr, prefixListId and securityGroupId must be set, not ${given.length}`;
}

function loadBalancerProblems(settings: LoadBalancerSettings): Problems {
  const interval = settings.healthCheckIntervalSeconds;
  const junk = settings.allowedCidrs.filter((cidr) => !isCidr(cidr));
  return [
    junk.length > 0
      ? `loadBalancer.allowedCidrs must be IPv4 ranges such as 10.0.0.0/16, not ${junk.join(', ')}`
      : undefined,
    settings.allowedCidrs.includes('0.0.0.0/0') && !settings.internetFacing
      ? 'loadBalancer.allowedCidrs may hold 0.0.0.0/0 only when internetFacing'
      : undefined,
    duplicates('loadBalancer.allowedCidrs', settings.allowedCidrs),
    checkPath('loadBalancer.healthCheckPath', settings.healthCheckPath),
    checkWhole('loadBalancer.healthCheckIntervalSeconds', interval, 5, 300),
    checkWhole('loadBalancer.healthCheckTimeoutSeconds', settings.healthCheckTimeoutSeconds, 2, 120),
    settings.healthCheckTimeoutSeconds >= interval
      ? `loadBalancer.healthCheckTimeoutSeconds must be less than the interval of ${interval}`
      : undefined,
    checkWhole('loadBalancer.healthyThreshold', settings.healthyThreshold, 2, 10),
    checkWhole('loadBalancer.unhealthyThreshold', settings.unhealthyThreshold, 2, 10),
    checkWhole(
      'loadBalancer.healthCheckGracePeriodSeconds',
      settings.healthCheckGracePeriodSeconds,
      0,
      2_147_483_647,
    ),
    checkWhole('loadBalancer.deregistrationDelaySeconds', settings.deregistrationDelaySeconds, 0, 3600),
    checkWhole('loadBalancer.idleTimeoutSeconds', settings.idleTimeoutSeconds, 1, 4000),
    /^ELBSecurityPolicy-(FS|TLS|TLS13)-1-[23]-/.test(settings.sslPolicy)
      ? undefined
      : `loadBalancer.sslPolicy must speak TLS 1.2 or later only, unlike "${settings.sslPolicy}"`,
    settings.domainName !== undefined && settings.certificateArn === undefined
      ? 'loadBalancer.domainName needs certificateArn'
      : undefined,
  ];
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
    capacity.onDemandWeight === 0 && capacity.spotWeight === 0
      ? 'capacity: onDemandWeight and spotWeight must not both be 0'
      : undefined,
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
    policies.every((policy) => policy === undefined) && schedules.length === 0
      ? 'scaling needs at least one of targetCpuPercent, targetMemoryPercent, targetRequestsPerTask, stepCpu and schedules'
      : undefined,
    checkWhole('scaling.targetCpuPercent', targetCpuPercent, 1, 100),
    checkWhole('scaling.targetMemoryPercent', targetMemoryPercent, 1, 100),
    checkWhole('scaling.targetRequestsPerTask', targetRequestsPerTask, 1, Number.MAX_SAFE_INTEGER),
    targetRequestsPerTask !== undefined && settings.loadBalancer === undefined
      ? 'scaling.targetRequestsPerTask needs loadBalancer, which counts them'
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
    duplicates(
      'scaling.schedules',
      schedules.map(({ name }) => name),
    ),
    ...schedules.flatMap((schedule) => [
      checkLabel('scaling.schedules', schedule.name),
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

function checkLabel(label: string, name: string): string | undefined {
  return /^[A-Za-z0-9-]+$/.test(name)
    ? undefined
    : `${label}: the name "${name}" must be letters, digits and hyphens`;
}

function duplicates(label: string, names: string[]): string | undefined {
  const twice = [...new Set(names.filter((name, index) => names.indexOf(name) !== index))];
  return twice.length === 0 ? undefined : `${label}: ${twice.join(', ')} is given more than once`;
}
