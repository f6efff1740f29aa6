import { expect } from 'chai';
import { checkSchedule, checkTimeZone } from '../../../components/fargate-service/schedule.ts';
import { behindApi, behindBalancer, refusal, worker } from './fixture.ts';
import { refused, refusedScaling } from './refused.ts';
import { refusedDeployment } from './refused-deployment.ts';
import { refusedBehindBalancer } from './refused-load-balancer.ts';

describe('FargateService validation', () => {
  for (const [what, args, problem] of [...refused, ...refusedScaling, ...refusedDeployment]) {
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
    const canary = { ...behindBalancer, deployment: { strategy: 'canary' } };
    expect(await refusal(canary, 'a'.repeat(21))).to.contain('with a load balancer it may have 20');
    expect(await refusal(canary, 'a'.repeat(20))).to.equal('');
    expect(await refusal(worker, 'a'.repeat(40))).to.equal('');
  });

  it('takes a minimum of no task where something starts the first, or none is to run', async () => {
    const night = { name: 'night', schedule: 'cron(0 20 ? * * *)', min: 0, max: 0 };
    for (const scaling of [
      { min: 0, max: 5, targetCpuPercent: 50, external: true },
      { min: 0, max: 5, targetCpuPercent: 50, schedules: [{ ...night, min: 1, max: 5 }] },
      { min: 0, max: 5, schedules: [night] },
      { min: 0, max: 0, targetCpuPercent: 50 },
    ]) {
      expect(await refusal({ ...worker, scaling })).to.equal('');
    }
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
