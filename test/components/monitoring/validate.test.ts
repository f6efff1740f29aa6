import { expect } from 'chai';
import { Monitoring, type MonitoringArgs } from '../../../components/monitoring/index.ts';
import { record } from '../mocks.ts';
import { service } from './fixture.ts';

async function refusal(args: MonitoringArgs): Promise<string> {
  let message = '';
  await record(() => {
    try {
      new Monitoring('watch', args);
    } catch (error) {
      message = (error as Error).message;
    }
  });
  return message;
}

const log = { name: 'denied', title: '', logGroupName: '', pattern: '', threshold: 1 };

const refused: [string, MonitoringArgs, string][] = [
  [
    'a name',
    { tables: [{ name: 'a_b', tableName: 't' }] },
    'tables: the name "a_b" must be letters, digits and hyphens',
  ],
  [
    'more indexes than an alarm can watch',
    { tables: [{ name: 'a', tableName: 't', indexNames: ['1', '2', '3', '4', '5'] }] },
    'tables "a": indexNames may hold four, not 5: an alarm watches ten metrics',
  ],
  [
    'a name twice',
    { stateMachines: ['a', 'b'].map((stateMachineArn) => ({ name: 'ingest', stateMachineArn })) },
    'stateMachines: ingest is given more than once',
  ],
  [
    'two entry points',
    { services: [{ ...service, loadBalancerArnSuffix: 'a', apiId: 'b' }] },
    'services "api": at most one of loadBalancerArnSuffix and apiId may be set, not both',
  ],
  [
    'a target group of no load balancer',
    { services: [{ ...service, targetGroupArnSuffix: 'a' }] },
    'services "api": targetGroupArnSuffix needs loadBalancerArnSuffix',
  ],
  [
    'a latency',
    { services: [{ ...service, latencyMilliseconds: 0 }] },
    'services "api": latencyMilliseconds must be a whole number from 1 to 600000, not 0',
  ],
  [
    'a CPU use',
    { services: [{ ...service, cpuPercent: 101 }] },
    'services "api": cpuPercent must be a whole number from 1 to 100, not 101',
  ],
  [
    'a memory use',
    { services: [{ ...service, memoryPercent: 0 }] },
    'services "api": memoryPercent must be a whole number from 1 to 100, not 0',
  ],
  [
    'an age',
    { queues: [{ name: 'files', queueName: 'q', maxAgeSeconds: 0 }] },
    'queues "files": maxAgeSeconds must be a whole number from 1 to 1209600, not 0',
  ],
  [
    'an age of dead letters',
    { queues: [{ name: 'files', queueName: 'q', deadLetter: true, maxAgeSeconds: 5 }] },
    'queues "files": either deadLetter or maxAgeSeconds, not both',
  ],
  [
    'a threshold',
    { logMetrics: [{ ...log, threshold: -1 }] },
    `logMetrics "denied": threshold must be a whole number from 0 to ${Number.MAX_SAFE_INTEGER}, not -1`,
  ],
  [
    'a period',
    { logMetrics: [{ ...log, periodMinutes: 1441 }] },
    'logMetrics "denied": periodMinutes must be a whole number from 1 to 1440, not 1441',
  ],
];

describe('Monitoring validation', () => {
  for (const [what, args, problem] of refused) {
    it(`refuses ${what}`, async () => {
      expect(await refusal(args)).to.equal(`Monitoring "watch": ${problem}`);
    });
  }

  it('reports everything at once', async () => {
    const named = { name: '', tableName: 'table' };
    expect(await refusal({ tables: [named, named] })).to.equal(
      'Monitoring "watch": ' +
        '\n  - tables: the name "" must be letters, digits and hyphens' +
        '\n  - tables: the name "" must be letters, digits and hyphens' +
        '\n  - tables:  is given more than once',
    );
  });
});
