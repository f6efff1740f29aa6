import { expect } from 'chai';
import type { FargateServiceArgs } from '../../../components/fargate-service/index.ts';
import { checkSchedule, checkTimeZone } from '../../../components/fargate-service/schedule.ts';
import { behindApi, behindBalancer, refusal, worker } from './fixture.ts';

const scaling = { min: 1, max: 3, targetCpuPercent: 60 };
const schedule = { name: 'night', schedule: 'cron(0 20 ? * MON-FRI *)', min: 0, max: 0 };

/** [arguments beyond the least, the whole problem] */
const refused: [string, Partial<FargateServiceArgs>, string][] = [
  [
    'two exposures',
    { loadBalancer: { subnetIds: [] }, apiGateway: {} },
    'at most one of loadBalancer and apiGateway may be set, not both',
  ],
  [
    'a size',
    { size: { cpu: 256, memory: 4096 } },
    "size 256/4096 (CPU units/MiB) is none of Fargate's; nearest: 512/4096 or 256/2048",
  ],
  ['an architecture', { architecture: 'riscv' }, 'architecture must be one of arm64, x86_64, not "riscv"'],
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
    { egress: [{ name: 'db', port: 5432 }] },
    'egress "db": exactly one of cidr, prefixListId and securityGroupId must be set, not 0',
  ],
  [
    'egress twice',
    {
      egress: [
        { name: 'db', port: 5432, cidr: '10.0.0.0/8' },
        { name: 'db', port: 5433, prefixListId: 'pl-1' },
      ],
    },
    'egress: the name db is used more than once',
  ],
  [
    'an egress name',
    { egress: [{ name: 'a b', port: 1, cidr: '10.0.0.0/8' }] },
    'egress: the name "a b" must be letters, digits and hyphens',
  ],
  [
    'an egress port',
    { egress: [{ name: 'db', port: 0, cidr: '10.0.0.0/8' }] },
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
  [
    'scaling by nothing',
    { scaling: { min: 1, max: 2 } },
    'scaling needs at least one of targetCpuPercent, targetMemoryPercent, targetRequestsPerTask, stepCpu and schedules',
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
    'scaling.targetRequestsPerTask needs loadBalancer, which counts them',
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
    'scaling.schedules: the name night is used more than once',
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
  [
    'a strategy',
    { deployment: { strategy: 'canary' } },
    'deployment.strategy must be one of rolling, not "canary"',
  ],
  [
    'a healthy share',
    { deployment: { minimumHealthyPercent: 101 } },
    'deployment.minimumHealthyPercent must be a whole number from 0 to 100, not 101',
  ],
  [
    'a maximum without room',
    { deployment: { maximumPercent: 100 } },
    'deployment.maximumPercent must be a whole number from 101 to 200, not 100',
  ],
  [
    'an error share without an entry point',
    { deployment: { maxErrorPercent: 1 } },
    'deployment.maxErrorPercent needs loadBalancer or apiGateway, which count the answers',
  ],
  [
    'a deployment timeout',
    { deployment: { timeoutMinutes: 0 } },
    'deployment.timeoutMinutes must be a whole number from 1 to 180, not 0',
  ],
];

const refusedBehindBalancer: [string, Partial<FargateServiceArgs['loadBalancer']>, string][] = [
  ['healthCheckPath', { healthCheckPath: '' }, 'healthCheckPath must begin with /, not be ""'],
  [
    'healthCheckIntervalSeconds',
    { healthCheckIntervalSeconds: 4 },
    'healthCheckIntervalSeconds must be a whole number from 5 to 300, not 4',
  ],
  [
    'healthCheckTimeoutSeconds',
    { healthCheckTimeoutSeconds: 1 },
    'healthCheckTimeoutSeconds must be a whole number from 2 to 120, not 1',
  ],
  [
    'a timeout as long as the interval',
    { healthCheckTimeoutSeconds: 5 },
    'healthCheckTimeoutSeconds must be less than the interval of 5',
  ],
  [
    'healthyThreshold',
    { healthyThreshold: 1 },
    'healthyThreshold must be a whole number from 2 to 10, not 1',
  ],
  [
    'unhealthyThreshold',
    { unhealthyThreshold: 11 },
    'unhealthyThreshold must be a whole number from 2 to 10, not 11',
  ],
  [
    'healthCheckGracePeriodSeconds',
    { healthCheckGracePeriodSeconds: -1 },
    'healthCheckGracePeriodSeconds must be a whole number from 0 to 2147483647, not -1',
  ],
  [
    'deregistrationDelaySeconds',
    { deregistrationDelaySeconds: 3601 },
    'deregistrationDelaySeconds must be a whole number from 0 to 3600, not 3601',
  ],
  [
    'idleTimeoutSeconds',
    { idleTimeoutSeconds: 0 },
    'idleTimeoutSeconds must be a whole number from 1 to 4000, not 0',
  ],
  [
    'old TLS',
    { sslPolicy: 'ELBSecurityPolicy-2016-08' },
    'sslPolicy must speak TLS 1.2 or later only, unlike "ELBSecurityPolicy-2016-08"',
  ],
  [
    'old TLS beside new',
    { sslPolicy: 'ELBSecurityPolicy-TLS13-1-0-2021-06' },
    'sslPolicy must speak TLS 1.2 or later only, unlike "ELBSecurityPolicy-TLS13-1-0-2021-06"',
  ],
  ['a name without certificate', { domainName: 'api.example.org' }, 'domainName needs certificateArn'],
];

describe('FargateService validation', () => {
  for (const [what, args, problem] of refused) {
    it(`refuses ${what}`, async () => {
      expect(await refusal({ ...worker, ...args })).to.equal(`FargateService "api": ${problem}`);
    });
  }

  for (const [what, args, problem] of refusedBehindBalancer) {
    it(`refuses ${what} of a load balancer`, async () => {
      const loadBalancer = { subnetIds: [], ...args };
      expect(await refusal({ ...worker, loadBalancer })).to.equal(
        `FargateService "api": loadBalancer.${problem}`,
      );
    });
  }

  it('refuses limits of an HTTP API', async () => {
    const apiGateway = { throttlingRateLimit: 0, throttlingBurstLimit: 5001, timeoutMilliseconds: 30_001 };
    expect(await refusal({ ...behindApi, apiGateway })).to.equal(
      'FargateService "api": ' +
        '\n  - apiGateway.throttlingRateLimit must be a whole number from 1 to 10000, not 0' +
        '\n  - apiGateway.throttlingBurstLimit must be a whole number from 1 to 5000, not 5001' +
        '\n  - apiGateway.timeoutMilliseconds must be a whole number from 50 to 30000, not 30001',
    );
  });

  it('refuses log retentions that CloudWatch does not know', async () => {
    expect(await refusal({ ...worker, logRetentionDays: 31 })).to.match(
      /logRetentionDays must be one of 1, 3, 5, 7, 14, 30, 60, .*, 3653, not 31$/,
    );
  });

  it('refuses names that AWS would', async () => {
    expect(await refusal(worker, 'my_api')).to.contain('must begin with a letter and hold letters, digits');
    expect(await refusal(worker, 'sg')).to.contain('must not begin with "sg" or "internal"');
    expect(await refusal(behindBalancer, 'internal-api')).to.contain(
      'must not begin with "sg" or "internal"',
    );
    expect(await refusal(behindBalancer, 'a'.repeat(22))).to.equal(
      `FargateService "${'a'.repeat(22)}": the name has 22 characters; with a load balancer it may have 21`,
    );
    expect(await refusal(behindBalancer, 'a'.repeat(21))).to.equal('');
    expect(await refusal(worker, 'a'.repeat(40))).to.equal('');
  });

  it('reports everything at once', async () => {
    expect(await refusal({ ...worker, port: 0, user: 'root' })).to.equal(
      'FargateService "api": \n  - port must be a whole number from 1 to 65535, not 0\n  - user must not be root, not "root"',
    );
  });

  it('takes every schedule and zone that Application Auto Scaling does', () => {
    for (const good of [
      'cron(0 8 ? * MON-FRI *)',
      'cron(15 19 * * ? *)',
      'rate(1 minute)',
      'rate(12 hours)',
      'at(2026-01-01T08:00:00)',
    ]) {
      expect(checkSchedule('it', good), good).to.equal(undefined);
    }
    for (const zone of ['Etc/UTC', 'Europe/Berlin', 'America/Argentina/Buenos_Aires']) {
      expect(checkTimeZone('it', zone), zone).to.equal(undefined);
    }
  });

  it('refuses schedules that it would refuse only at the deployment', () => {
    expect(checkSchedule('it', 'cron(0 8 * * MON-FRI)')).to.contain('must have 6 fields');
    expect(checkSchedule('it', 'cron(0 8 * * MON-FRI *)')).to.contain('must have ? as either day or weekday');
    expect(checkSchedule('it', 'cron(0 8 ? * ? *)')).to.contain('must have ? as either day or weekday');
    expect(checkSchedule('it', 'rate(0 days)')).to.contain('must be a number and minutes, hours or days');
    expect(checkSchedule('it', 'at(2026-01-01)')).to.contain('must be at(yyyy-mm-ddThh:mm:ss)');
    expect(checkTimeZone('it', '+01:00')).to.contain('is no IANA time zone');
    expect(checkTimeZone('it', '')).to.contain('is no IANA time zone');
  });
});
