import { expect } from 'chai';
import { JobQueue, type JobQueueArgs, type JobQueueJobArgs } from '../../../components/job-queue/index.ts';

const placement = { vpcId: 'v', subnetIds: ['s'] };
const base: JobQueueArgs = { placement, image: { uri: 'i' }, jobs: [{ name: 'a' }] };
const queue = (args: Partial<JobQueueArgs>): [string, JobQueueArgs] => ['work', { ...base, ...args }];
const job = (args: Partial<JobQueueJobArgs>) => queue({ jobs: [{ name: 'a', ...args }] });

const refused: [[string, JobQueueArgs], string][] = [
  [['1st', base], 'the name must begin with a letter and hold letters, digits and hyphens only'],
  [
    [`w${'o'.repeat(55)}`, base],
    `the role w${'o'.repeat(55)}-a has 58 characters; queue and job together may have 55`,
  ],
  [
    queue({ image: { uri: 'i', architecture: 'arm' } }),
    'architecture must be one of arm64, x86_64, not "arm"',
  ],
  [
    queue({ placement: { ...placement, ipAddressType: 'ipv6' } }),
    'placement.ipAddressType must be ipv4: AWS documents no jobs of Batch without IPv4 addresses; a Network offers jobPlacement',
  ],
  [queue({ maxVcpus: 0.5 }), 'maxVcpus must be a whole number from 1 to 10000, not 0.5'],
  [queue({ stuckSeconds: 60 }), 'stuckSeconds must be a whole number from 600 to 86400, not 60'],
  [queue({ onDemandFallback: true }), 'onDemandFallback is for jobs on Spot: set spot'],
  [
    queue({ logRetentionDays: 2 }),
    'logRetentionDays must be one of 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, ' +
      '2557, 2922, 3288, 3653, not 2',
  ],
  [
    queue({
      placement: {
        ...placement,
        egress: [
          { name: 'x', port: 443, cidr: 'c' },
          { name: 'x', port: 443, cidr: 'c' },
        ],
      },
    }),
    'egress: x is given more than once',
  ],
  [
    queue({ placement: { ...placement, egress: [{ name: 'x y', port: 443, cidr: 'c' }] } }),
    'egress: the name "x y" must be letters, digits and hyphens',
  ],
  [
    queue({ placement: { ...placement, egress: [{ name: 'x', port: 0, cidr: 'c' }] } }),
    'egress "x": port must be a whole number from 1 to 65535, not 0',
  ],
  [
    queue({ placement: { ...placement, egress: [{ name: 'x', port: 443 }] } }),
    'egress "x": exactly one of cidr, cidrIpv6, prefixListId and securityGroupId must be set, not 0',
  ],
  [queue({ jobs: [] }), 'jobs must name at least one kind of job'],
  [queue({ jobs: [{ name: 'a' }, { name: 'a' }] }), 'jobs: a is given more than once'],
  [queue({ jobs: [{ name: 'a_b' }] }), 'jobs: the name "a_b" must be letters, digits and hyphens'],
  [
    queue({ jobs: [{ name: 'execution' }] }),
    'jobs: the name "execution" is that of the role which starts them',
  ],
  [
    job({ size: { cpu: 256, memory: 4096 } }),
    'job "a": size 256/4096 (CPU units/MiB) is none of Fargate\'s; nearest: 512/4096 or 256/2048',
  ],
  [
    queue({ maxVcpus: 1, jobs: [{ name: 'a', size: { cpu: 2048, memory: 4096 } }] }),
    'job "a": 2 vCPUs are more than maxVcpus, 1; it would never start',
  ],
  [job({ diskGiB: 20 }), 'job "a": diskGiB must be a whole number from 21 to 200, not 20'],
  [job({ timeoutSeconds: 59 }), 'job "a": timeoutSeconds must be a whole number from 60 to 1209600, not 59'],
  [job({ attempts: 11 }), 'job "a": attempts must be a whole number from 1 to 10, not 11'],
  [job({ command: [] }), 'job "a": command must not be empty'],
  [job({ user: '0:0' }), 'job "a": user must not be root, not "0:0"'],
  [
    job({ environment: { AWS_BATCH_X: '1' } }),
    'job "a": environment and secrets: AWS_BATCH_X begins with AWS_BATCH, which Batch keeps for itself',
  ],
  [
    job({ environment: { A: '1' }, secrets: { A: 's' } }),
    'job "a": A must be either in environment or in secrets',
  ],
  [
    job({ environment: { AWS_SECRET_ACCESS_KEY: 'x' } }),
    'job "a": environment: AWS_SECRET_ACCESS_KEY would be readable; use permissions or secrets',
  ],
  [
    job({ writablePaths: ['tmp', '/'] }),
    'job "a": writablePaths must be absolute paths below /, not "tmp", "/"',
  ],
  [
    job({ permissions: [{ actions: [], resources: [] }] }),
    'job "a": permissions[0] needs at least one action and one resource',
  ],
  [
    job({ permissions: [{ actions: ['s3:*'], resources: ['x'] }] }),
    'job "a": permissions[0] must name each action instead of using *',
  ],
];

describe('JobQueue refuses', () => {
  for (const [[name, args], problem] of refused) {
    it(problem.slice(0, 90), () => {
      expect(() => new JobQueue(name, args)).to.throw(`JobQueue "${name}": ${problem}`);
    });
  }

  it('all problems at once', () => {
    expect(() => new JobQueue('work', { ...base, maxVcpus: 0, jobs: [{ name: 'a', attempts: 0 }] })).to.throw(
      'JobQueue "work": \n' +
        '  - maxVcpus must be a whole number from 1 to 10000, not 0\n' +
        '  - job "a": 0.25 vCPUs are more than maxVcpus, 0; it would never start\n' +
        '  - job "a": attempts must be a whole number from 1 to 10, not 0',
    );
  });
});
