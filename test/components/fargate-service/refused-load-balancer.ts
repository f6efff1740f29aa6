import type { FargateServiceArgs } from '../../../components/fargate-service/index.ts';

/** As `refused`, of a load balancer; each problem names `loadBalancer.` first. */
export const refusedBehindBalancer: [string, Partial<FargateServiceArgs['loadBalancer']>, string][] = [
  [
    'ranges that are none',
    { internetFacing: true, allowedCidrs: ['10.0.0.0', '10.0.0.0/33', '10.0.0/8', '::/0', '10.0.0.0/8'] },
    'allowedCidrs must be IPv4 ranges such as 10.0.0.0/16, not 10.0.0.0, 10.0.0.0/33, 10.0.0/8, ::/0',
  ],
  [
    'the internet before an internal one',
    { allowedCidrs: ['0.0.0.0/0'] },
    'allowedCidrs may hold 0.0.0.0/0 only when loadBalancer.internetFacing',
  ],
  [
    'a range twice',
    { allowedCidrs: ['10.0.0.0/8', '10.0.0.0/8'] },
    'allowedCidrs: 10.0.0.0/8 is given more than once',
  ],
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
  [
    'a name without certificate',
    { domainName: 'api.example.org' },
    'domainName needs loadBalancer.certificateArn',
  ],
];
