import { expect } from 'chai';
import { definitions, parseOfficeHours, readSettings, type SettingKey } from '../../stacks/settings/index.ts';
import { company, examples } from './settings-examples.ts';

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

  it('refuse keys that every object has', () => {
    expect(problems({ constructor: 'x', toString: 'y' })).to.have.length(2);
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
      [
        { 'alarms.slackChannel': 'C07EZ1ABC23' },
        'alarms.slackWorkspace and alarms.slackChannel must be set together',
      ],
      [{ 'service.domainName': 'a.example.com' }, 'service.domainName needs service.certificateArn'],
      [
        { 'service.certificateArn': 'arn:aws:acm:us-east-1:123456789012:certificate/x' },
        'service.certificateArn needs service.domainName, by which the CDN connects to the load balancer',
      ],
      [
        { 'site.domainName': 'www.example.com' },
        'site.domainName needs site.hostedZoneId, or site.certificateArn where its records are made elsewhere',
      ],
      [{ 'site.hostedZoneId': 'Z1' }, 'site.hostedZoneId needs site.domainName'],
      [
        { 'site.certificateArn': 'arn:aws:acm:us-east-1:123456789012:certificate/x' },
        'site.certificateArn needs site.domainName',
      ],
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
        'scaling.stepCpu and scaling.cpuPercent exclude each other: both scale by the CPU',
      ],
      [
        { 'scaling.minTasks': '0', 'scaling.maxTasks': '4', 'scaling.cpuPercent': '50' },
        'scaling.minTasks is 0, and from no task CPU, memory and requests cannot start the first: ' +
          'set it to 1 or more, or add one of scaling.schedules with a min of 1 or more',
      ],
      [{ 'ingest.slackChannel': 'C0123456789' }, 'ingest.slackChannel needs ingest.slackToken'],
      [
        { 'ingest.slackToken': 'xoxb-1-a' },
        'ingest.slackToken needs ingest.slackChannel or scans.slackChannel',
      ],
      [{ 'scans.slackChannel': 'C0123456789' }, 'scans.slackChannel needs ingest.slackToken'],
      [
        { 'encryption.customerKey': 'true', 'data.replicaRegions': '["eu-west-1"]' },
        'encryption.customerKey and data.replicaRegions exclude each other: a key is of one region',
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
      [
        { 'page.readUnitsPerSecond': '240', 'scaling.minTasks': '12' },
        'page.readUnitsPerSecond (240) × 12 tasks × 2 during a release are 5760 read units a second, ' +
          'and one item gives 3000: set it to 124 or less, or leave it out',
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
