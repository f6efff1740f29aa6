import type { FargateServiceArgs } from '../../../components/fargate-service/index.ts';
import { image, placement } from './fixture.ts';

/** Arguments beyond the least that must be refused, and how: [what, arguments, the whole problem]. */
export type Refused = [string, Partial<FargateServiceArgs>, string][];

const scaling = { min: 1, max: 3, targetCpuPercent: 60 };
const schedule = { name: 'night', schedule: 'cron(0 20 ? * MON-FRI *)', min: 0, max: 0 };

export const refused: Refused = [
  [
    'two exposures',
    { loadBalancer: { subnetIds: [] }, apiGateway: {} },
    'at most one of loadBalancer, listenerRules and apiGateway may be set, not loadBalancer and apiGateway',
  ],
  [
    'a size',
    { size: { cpu: 256, memory: 4096 } },
    "size 256/4096 (CPU units/MiB) is none of Fargate's; nearest: 512/4096 or 256/2048",
  ],
  [
    'an architecture',
    { image: { ...image, architecture: 'riscv' } },
    'architecture must be one of arm64, x86_64, not "riscv"',
  ],
  ['a port', { port: 70_000 }, 'port must be a whole number from 1 to 65535, not 70000'],
  ['root', { user: 'root' }, 'user must not be root, not "root"'],
  ['root by number', { user: '0:1000' }, 'user must not be root, not "0:1000"'],
  ['a variable name', { environment: { 'A B': '' } }, 'environment and secrets: A B is no variable name'],
  [
    'a variable given twice',
    { environment: { KEY: '' }, secrets: { KEY: 'arn' } },
    'KEY must be either in environment or in secrets',
  ],
  [
    'credentials in the environment',
    { environment: { AWS_SECRET_ACCESS_KEY: '' } },
    'environment: AWS_SECRET_ACCESS_KEY would be readable; use permissions or secrets',
  ],
  [
    'relative paths',
    { writablePaths: ['tmp', '/'] },
    'writablePaths must be absolute paths below /, not "tmp", "/"',
  ],
  [
    'paths with one volume name',
    { writablePaths: ['/a/b', '/a-b'] },
    'writablePaths must differ in letters and digits',
  ],
  [
    'a stop timeout',
    { stopTimeoutSeconds: 121 },
    'stopTimeoutSeconds must be a whole number from 2 to 120, not 121',
  ],
  [
    'two health checks',
    { healthCheck: { path: '/', command: ['true'] } },
    'healthCheck: either path or command, not both',
  ],
  [
    'a health check path',
    { healthCheck: { path: 'livez' } },
    'healthCheck.path must begin with /, not be "livez"',
  ],
  ['an empty command', { healthCheck: { command: [] } }, 'healthCheck.command must not be empty'],
  [
    'a health check interval',
    { healthCheck: { intervalSeconds: 4 } },
    'healthCheck.intervalSeconds must be a whole number from 5 to 300, not 4',
  ],
  [
    'a health check timeout',
    { healthCheck: { timeoutSeconds: 61 } },
    'healthCheck.timeoutSeconds must be a whole number from 2 to 60, not 61',
  ],
  [
    'health check retries',
    { healthCheck: { retries: 0 } },
    'healthCheck.retries must be a whole number from 1 to 10, not 0',
  ],
  [
    'a start period',
    { healthCheck: { startPeriodSeconds: 301 } },
    'healthCheck.startPeriodSeconds must be a whole number from 0 to 300, not 301',
  ],
  [
    'an empty permission',
    { permissions: [{ actions: [], resources: ['arn'] }] },
    'permissions[0] needs at least one action and one resource',
  ],
  [
    'a wildcard permission',
    { permissions: [{ actions: ['s3:*'], resources: ['arn'] }] },
    'permissions[0] must name each action instead of using *',
  ],
  [
    'egress to nowhere',
    { placement: { ...placement, egress: [{ name: 'db', port: 5432 }] } },
    'egress "db": exactly one of cidr, cidrIpv6, prefixListId and securityGroupId must be set, not 0',
  ],
  [
    'egress twice',
    {
      placement: {
        ...placement,
        egress: [
          { name: 'db', port: 5432, cidr: '10.0.0.0/8' },
          { name: 'db', port: 5433, prefixListId: 'pl-1' },
        ],
      },
    },
    'egress: db is given more than once',
  ],
  [
    'an egress name',
    { placement: { ...placement, egress: [{ name: 'a b', port: 1, cidr: '10.0.0.0/8' }] } },
    'egress: the name "a b" must be letters, digits and hyphens',
  ],
  [
    'an egress port',
    { placement: { ...placement, egress: [{ name: 'db', port: 0, cidr: '10.0.0.0/8' }] } },
    'egress "db": port must be a whole number from 1 to 65535, not 0',
  ],
  [
    'container insights',
    { containerInsights: 'on' },
    'containerInsights must be one of disabled, enabled, enhanced, not "on"',
  ],
  [
    'a capacity without weight',
    { capacity: { base: 3, onDemandWeight: 0 } },
    'capacity: onDemandWeight and spotWeight must not both be 0',
  ],
  [
    'a capacity base',
    { capacity: { base: -1 } },
    'capacity.base must be a whole number from 0 to 100000, not -1',
  ],
  [
    'an on-demand weight',
    { capacity: { onDemandWeight: 1001 } },
    'capacity.onDemandWeight must be a whole number from 0 to 1000, not 1001',
  ],
  [
    'a Spot weight',
    { capacity: { spotWeight: 0.5 } },
    'capacity.spotWeight must be a whole number from 0 to 1000, not 0.5',
  ],
  ['a count', { desiredCount: -1 }, 'desiredCount must be a whole number from 0 to 5000, not -1'],
  [
    'a count beside scaling',
    { desiredCount: 2, scaling },
    'desiredCount and scaling exclude each other: scaling starts at its min',
  ],
];

export const refusedScaling: Refused = [
  [
    'scaling by nothing',
    { scaling: { min: 1, max: 2 } },
    'scaling needs at least one of targetCpuPercent, targetMemoryPercent, targetRequestsPerTask, stepCpu, schedules and external',
  ],
  ['a scaling range', { scaling: { ...scaling, min: 4 } }, 'scaling: min 4 is more than max 3'],
  [
    'a scaling minimum',
    { scaling: { ...scaling, min: -1 } },
    'scaling: min must be a whole number from 0 to 5000, not -1',
  ],
  [
    'a scaling maximum',
    { scaling: { ...scaling, max: 5001 } },
    'scaling: max must be a whole number from 0 to 5000, not 5001',
  ],
  [
    'a CPU target',
    { scaling: { ...scaling, targetCpuPercent: 101 } },
    'scaling.targetCpuPercent must be a whole number from 1 to 100, not 101',
  ],
  [
    'a memory target',
    { scaling: { ...scaling, targetMemoryPercent: 0 } },
    'scaling.targetMemoryPercent must be a whole number from 1 to 100, not 0',
  ],
  [
    'requests without a load balancer',
    { scaling: { ...scaling, targetRequestsPerTask: 100 } },
    'scaling.targetRequestsPerTask needs loadBalancer or one of listenerRules, which counts them',
  ],
  [
    'a first task that nothing starts',
    { scaling: { ...scaling, min: 0, schedules: [schedule] } },
    'scaling.min is 0, and from no task CPU, memory and requests cannot start the first: ' +
      'set it to 1 or more, or add one of scaling.schedules with a min of 1 or more',
  ],
  [
    'two policies on CPU',
    { scaling: { ...scaling, stepCpu: {} } },
    'scaling: targetCpuPercent and stepCpu would work against each other; set one',
  ],
  [
    'cooldowns',
    { scaling: { ...scaling, scaleInCooldownSeconds: -1 } },
    'scaling.scaleInCooldownSeconds must be a whole number from 0 to 3600, not -1',
  ],
  [
    'cooldowns out',
    { scaling: { ...scaling, scaleOutCooldownSeconds: 3601 } },
    'scaling.scaleOutCooldownSeconds must be a whole number from 0 to 3600, not 3601',
  ],
  [
    'crossed steps',
    { scaling: { min: 1, max: 3, stepCpu: { lowerPercent: 90 } } },
    'scaling.stepCpu: lowerPercent must be less than upperPercent',
  ],
  [
    'an upper step',
    { scaling: { min: 1, max: 3, stepCpu: { upperPercent: 101 } } },
    'scaling.stepCpu.upperPercent must be a whole number from 1 to 100, not 101',
  ],
  [
    'a lower step',
    { scaling: { min: 1, max: 3, stepCpu: { lowerPercent: 0 } } },
    'scaling.stepCpu.lowerPercent must be a whole number from 1 to 100, not 0',
  ],
  [
    'a step period',
    { scaling: { min: 1, max: 3, stepCpu: { periodMinutes: 0 } } },
    'scaling.stepCpu.periodMinutes must be a whole number from 1 to 60, not 0',
  ],
  [
    'a step cooldown',
    { scaling: { min: 1, max: 3, stepCpu: { cooldownSeconds: -1 } } },
    'scaling.stepCpu.cooldownSeconds must be a whole number from 0 to 3600, not -1',
  ],
  [
    'schedules of one name',
    { scaling: { min: 0, max: 1, schedules: [schedule, schedule] } },
    'scaling.schedules: night is given more than once',
  ],
  [
    'the name of a schedule',
    { scaling: { min: 0, max: 1, schedules: [{ ...schedule, name: 'a_b' }] } },
    'scaling.schedules: the name "a_b" must be letters, digits and hyphens',
  ],
  [
    'the range of a schedule',
    { scaling: { min: 0, max: 1, schedules: [{ ...schedule, min: 1 }] } },
    'schedule "night": min 1 is more than max 0',
  ],
  [
    'the zone of a schedule',
    { scaling: { min: 0, max: 1, schedules: [{ ...schedule, timeZone: 'Europe/Berlim' }] } },
    'schedule "night": "Europe/Berlim" is no IANA time zone, such as Europe/Berlin',
  ],
  [
    'a schedule',
    { scaling: { min: 0, max: 1, schedules: [{ ...schedule, schedule: 'daily' }] } },
    'schedule "night": schedule must be cron(…), rate(…) or at(…), not "daily"',
  ],
];
