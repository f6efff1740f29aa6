import { expect } from 'chai';
import { definitions, parseOfficeHours, readSettings, type SettingKey } from '../../stacks/settings/index.ts';

function read(config: Record<string, string>) {
  const entries = Object.entries(config);
  return readSettings(
    'trellis',
    Object.fromEntries(entries.map(([key, value]) => [`trellis:${key}`, value])),
  );
}

function problems(config: Record<string, string>): string[] {
  try {
    read(config);
  } catch (error) {
    const [first, ...rest] = (error as Error).message.split('\n  - ');
    expect(first).to.equal('the configuration has problems:');
    return rest;
  }
  return [];
}

/** Per key: a text it takes and the value that this means, and texts that it refuses. */
const examples: Record<SettingKey, { good: [string, unknown]; bad: string[] }> = {
  'network.egress': { good: ['nat', 'nat'], bad: ['vpn', ''] },
  'network.zones': { good: ['4', 4], bad: ['1', '5', '2.5', 'two', ''] },
  'network.zoneNames': {
    good: ['["us-east-1a","us-east-1b"]', ['us-east-1a', 'us-east-1b']],
    bad: ['us-east-1a', '["us-east-1a", 2]', '{}', '["us-east-1a"]', '["us-east-1a","us-east-1a"]'],
  },
  'network.cidrBlock': {
    good: ['10.1.0.0/16', '10.1.0.0/16'],
    bad: ['10.1.0.0', '10.1.0.0/20', '8.8.0.0/16'],
  },
  'network.flowLogTraffic': { good: ['NONE', 'NONE'], bad: ['none'] },
  'service.exposure': { good: ['public-load-balancer', 'public-load-balancer'], bad: ['alb'] },
  'service.cpu': { good: ['512', 512], bad: ['half', '100000', '300'] },
  'service.memory': { good: ['2048', 2048], bad: ['1g', '0', '1500'] },
  'service.architecture': { good: ['x86_64', 'x86_64'], bad: ['amd64'] },
  'service.certificateArn': { good: ['arn:aws:acm:x', 'arn:aws:acm:x'], bad: ['cert'] },
  'service.domainName': { good: ['a.example.com', 'a.example.com'], bad: ['https://a', 'localhost'] },
  'service.allowedCidrs': { good: ['["10.0.0.0/8"]', ['10.0.0.0/8']], bad: ['10.0.0.0/8', '["all"]'] },
  'site.domainName': { good: ['www.example.com', 'www.example.com'], bad: ['WWW.example.com', 'localhost'] },
  'site.hostedZoneId': { good: ['Z0123', 'Z0123'], bad: ['example.com'] },
  'site.certificateArn': {
    good: ['arn:aws:acm:us-east-1:1:x', 'arn:aws:acm:us-east-1:1:x'],
    bad: ['cert', 'arn:aws:acm:eu-west-1:1:x'],
  },
  'site.webAcl': { good: ['false', false], bad: ['no'] },
  'site.requestsPerFiveMinutes': { good: ['100', 100], bad: ['9', '2000000001'] },
  'site.accessLogs': { good: ['false', false], bad: ['0'] },
  'site.priceClass': { good: ['PriceClass_All', 'PriceClass_All'], bad: ['all'] },
  'service.throttleRate': { good: ['10', 10], bad: ['0', '10001'] },
  'service.throttleBurst': { good: ['10', 10], bad: ['0', '5001'] },
  'service.containerInsights': { good: ['enhanced', 'enhanced'], bad: ['true'] },
  'service.logLevel': { good: ['debug', 'debug'], bad: ['verbose'] },
  'release.strategy': { good: ['canary', 'canary'], bad: ['Canary', 'all-at-once'] },
  'release.stepPercent': { good: ['20', 20], bad: ['0', '100', '2'] },
  'release.stepMinutes': { good: ['0', 0], bad: ['-1', '1441'] },
  'release.bakeMinutes': { good: ['60', 60], bad: ['1441', 'an hour'] },
  'release.testHeader': { good: ['x-release: next', 'x-release: next'], bad: ['x-release', 'accept: *'] },
  'capacity.onDemandBase': { good: ['3', 3], bad: ['-1'] },
  'capacity.onDemandWeight': { good: ['2', 2], bad: ['1001', '0'] },
  'capacity.spotWeight': { good: ['2', 2], bad: ['some'] },
  'scaling.minTasks': { good: ['1', 1], bad: ['-1', '1.5'] },
  'scaling.maxTasks': { good: ['2', 2], bad: ['', '1', '3'] },
  'scaling.cpuPercent': { good: ['60', 60], bad: ['0', '101'] },
  'scaling.memoryPercent': { good: ['60', 60], bad: ['0', '101'] },
  'scaling.requestsPerTask': { good: ['1000', 1000], bad: ['0'] },
  'scaling.stepCpu': { good: ['true', true], bad: ['yes', '1'] },
  'scaling.officeHours': {
    good: ['MON-FRI 07:00-19:00 Europe/Berlin', 'MON-FRI 07:00-19:00 Europe/Berlin'],
    bad: [
      '9 to 5',
      'FRI-MON 07:00-19:00 UTC',
      'MON-FRI 19:00-07:00 UTC',
      'MON 07:00-25:00 UTC',
      'MON 07:00-19:00 Mars',
    ],
  },
  'scaling.schedules': {
    good: [
      '[{"name":"night","schedule":"cron(0 20 * * ? *)","min":1,"max":1}]',
      [{ name: 'night', schedule: 'cron(0 20 * * ? *)', min: 1, max: 1 }],
    ],
    bad: [
      'nightly',
      '[{"name":"night","schedule":"cron(0 20 * * ? *)","min":1}]',
      '[{"name":"night","schedule":"cron(0 20 * * ? *)","min":1,"max":1,"zone":"UTC"}]',
      '[{"name":"night","schedule":"daily","min":1,"max":1}]',
      '[{"name":"night","schedule":"cron(0 20 * * ? *)","min":2,"max":1}]',
      '[{"name":"night","schedule":"cron(0 20 * * ? *)","timeZone":"Mars","min":1,"max":1}]',
    ],
  },
  'data.pointInTimeRecovery': { good: ['false', false], bad: ['off'] },
  'data.maxReadUnits': { good: ['500', 500], bad: ['0'] },
  'data.maxWriteUnits': { good: ['500', 500], bad: ['0'] },
  'data.replicaRegions': { good: ['["eu-west-1"]', ['eu-west-1']], bad: ['eu-west-1', '["Europe"]'] },
  'image.digest': {
    good: [`sha256:${'0'.repeat(64)}`, `sha256:${'0'.repeat(64)}`],
    bad: ['app:latest', 'sha256:0'],
  },
  'logs.retentionDays': { good: ['365', 365], bad: ['10'] },
  'alarms.email': { good: ['ops@example.com', 'ops@example.com'], bad: ['ops'] },
  deletionProtection: { good: ['false', false], bad: ['no'] },
  apiKey: { good: ['0123456789abcdef', '0123456789abcdef'], bad: ['short', 'with spaces in between'] },
};

/** What a value needs beside it to be valid. */
const company: Partial<Record<SettingKey, Record<string, string>>> = {
  'service.certificateArn': { 'service.domainName': 'a.example.com' },
  'service.domainName': { 'service.certificateArn': 'arn:aws:acm:x' },
  'site.domainName': { 'site.hostedZoneId': 'Z0123' },
  'site.hostedZoneId': { 'site.domainName': 'www.example.com' },
  'site.certificateArn': { 'site.domainName': 'www.example.com' },
  'release.stepPercent': { 'release.strategy': 'linear' },
  'release.stepMinutes': { 'release.strategy': 'canary' },
  'release.bakeMinutes': { 'release.strategy': 'blue-green' },
  'release.testHeader': { 'release.strategy': 'canary' },
};

describe('settings', () => {
  it('have safe defaults', () => {
    const settings = readSettings('trellis', {});
    for (const [key, { default: fallback }] of Object.entries(definitions)) {
      expect(settings[key as SettingKey], key).to.equal(fallback);
    }
    expect(settings).to.include({
      deletionProtection: true,
      'data.pointInTimeRecovery': true,
      'service.exposure': 'internal-load-balancer',
      'network.egress': 'nat-per-zone',
    });
  });

  for (const [key, { good, bad }] of Object.entries(examples)) {
    it(`${key} takes ${good[0]}, and names itself when it refuses`, () => {
      const settings = read({ ...company[key as SettingKey], [key]: good[0] });
      expect(settings[key as SettingKey]).to.deep.equal(good[1]);
      for (const value of bad) {
        const found = problems({ ...company[key as SettingKey], [key]: value });
        expect(found, value).to.have.length(1);
        expect(found[0]).to.contain(key);
      }
    });
  }

  it('say what a value must be, and what it is', () => {
    expect(problems({ 'network.zones': 'many' })).to.deep.equal([
      'network.zones must be a whole number from 2 to 4, not "many"',
    ]);
    expect(problems({ 'service.cpu': '' })).to.deep.equal([
      'service.cpu must be a whole number from 256 to 16384 (CPU units, 1024 are one vCPU), not empty',
    ]);
  });

  it('never repeat a secret', () => {
    expect(problems({ apiKey: 'hunter2' })).to.deep.equal([
      'apiKey must be 16 to 200 visible ASCII characters',
    ]);
  });

  it('refuse unknown keys, with the key that was probably meant', () => {
    expect(problems({ 'service.cpus': '512', colour: 'red' })).to.deep.equal([
      'colour is no setting',
      'service.cpus is no setting; did you mean service.cpu?',
    ]);
  });

  it('report every problem at once', () => {
    expect(
      problems({
        'service.cpus': '1',
        'network.zones': '9',
        'scaling.minTasks': 'x',
        deletionProtection: '',
      }),
    ).to.have.length(4);
    expect(
      problems({
        'service.cpu': '256',
        'service.memory': '8192',
        'scaling.minTasks': '5',
        'scaling.maxTasks': '2',
        'service.exposure': 'http-api',
        'service.allowedCidrs': '["10.0.0.0/8"]',
      }),
    ).to.deep.equal([
      "service.cpu, service.memory: size 256/8192 (CPU units/MiB) is none of Fargate's; nearest: 1024/8192 or 256/2048",
      'service.allowedCidrs needs a load balancer, but service.exposure is http-api',
      'scaling.minTasks (5) must not exceed scaling.maxTasks (2)',
    ]);
  });

  it('refuse combinations that cannot work', () => {
    const cases: [Record<string, string>, string][] = [
      [{ 'service.domainName': 'a.example.com' }, 'service.domainName needs service.certificateArn'],
      [
        { 'service.certificateArn': 'arn:aws:acm:x' },
        'service.certificateArn needs service.domainName, by which the CDN connects to the load balancer',
      ],
      [
        { 'site.domainName': 'www.example.com' },
        'site.domainName needs site.hostedZoneId, or site.certificateArn where its records are made elsewhere',
      ],
      [{ 'site.hostedZoneId': 'Z1' }, 'site.hostedZoneId needs site.domainName'],
      [{ 'site.certificateArn': 'arn:aws:acm:us-east-1:1:x' }, 'site.certificateArn needs site.domainName'],
      [
        { 'service.exposure': 'http-api', 'scaling.requestsPerTask': '5' },
        'scaling.requestsPerTask needs a load balancer, but service.exposure is http-api',
      ],
      [
        { 'service.exposure': 'http-api', 'release.strategy': 'canary' },
        'release.strategy canary needs a load balancer, but service.exposure is http-api',
      ],
      [
        { 'release.strategy': 'blue-green', 'scaling.requestsPerTask': '5' },
        'scaling.requestsPerTask needs release.strategy rolling, not blue-green: it counts the requests of one target group',
      ],
      [
        { 'release.strategy': 'blue-green', 'release.stepMinutes': '5' },
        'release.stepMinutes is for canary, linear, but release.strategy is blue-green',
      ],
      [
        { 'release.bakeMinutes': '5' },
        'release.bakeMinutes is for blue-green, canary, linear, but release.strategy is rolling',
      ],
      [
        { 'release.testHeader': 'x-release: next' },
        'release.testHeader is for blue-green, canary, linear, but release.strategy is rolling',
      ],
      [
        { 'scaling.stepCpu': 'true', 'scaling.cpuPercent': '50' },
        'scaling.stepCpu and scaling.cpuPercent exclude each other: both would answer to the CPU',
      ],
      [
        { 'capacity.onDemandWeight': '0' },
        'capacity.onDemandWeight and capacity.spotWeight must not both be 0',
      ],
      [
        {
          'scaling.officeHours': 'MON 07:00-19:00 UTC',
          'scaling.schedules': '[{"name":"a","schedule":"rate(1 day)","min":1,"max":1}]',
        },
        'scaling.officeHours and scaling.schedules exclude each other',
      ],
      [
        {
          'scaling.schedules': JSON.stringify(
            ['a', 'a'].map((name) => ({ name, schedule: 'rate(1 day)', min: 1, max: 1 })),
          ),
        },
        'scaling.schedules repeats a name: a, a',
      ],
    ];
    for (const [config, problem] of cases) expect(problems(config)).to.deep.equal([problem]);
    expect(problems({ 'scaling.maxTasks': '9' })[0]).to.contain('but nothing scales: set one of');
  });

  it('may be set as paths, but not twice', () => {
    expect(read({ service: '{"cpu":1024,"memory":2048}' })).to.include({
      'service.cpu': 1024,
      'service.memory': 2048,
    });
    expect(problems({ service: '{"cpu":1024}', 'service.cpu': '512' })).to.deep.equal([
      'service.cpu is set twice: as a key, and as a path (--path)',
    ]);
    expect(problems({ service: '{"cpus":1024}' })).to.deep.equal([
      'service.cpus is no setting; did you mean service.cpu?',
    ]);
  });

  it('leave other namespaces alone', () => {
    expect(() => readSettings('trellis', { 'aws:region': 'x' })).not.to.throw();
  });
});

describe('office hours', () => {
  it('are two schedules in their own time zone', () => {
    expect(parseOfficeHours('MON-FRI 07:05-19:30 Europe/Berlin')).to.deep.equal({
      hours: {
        start: 'cron(5 7 ? * MON-FRI *)',
        stop: 'cron(30 19 ? * MON-FRI *)',
        timeZone: 'Europe/Berlin',
      },
      problem: undefined,
    });
    expect(parseOfficeHours('SAT 00:00-23:59 UTC').hours.start).to.equal('cron(0 0 ? * SAT *)');
  });
});
