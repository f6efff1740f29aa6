import { expect } from 'chai';
import { Network, type NetworkArgs } from '../../../components/network/index.ts';

describe('Network refuses', () => {
  const cases: [string, NetworkArgs, string][] = [
    [
      'an unknown egress',
      { egress: 'vpn' },
      'egress must be one of public, endpoints, nat, nat-per-zone, ipv6, not "vpn"',
    ],
    ['one zone', { zones: 1 }, 'zones must be a whole number from 2 to 4, not 1'],
    [
      'one zone by name',
      { zoneNames: ['us-east-1a'] },
      'the number of zoneNames must be a whole number from 2 to 4, not 1',
    ],
    ['a zone twice', { zoneNames: ['us-east-1a', 'us-east-1a'] }, 'zoneNames repeats a zone'],
    [
      'zones by number and name',
      { zones: 2, zoneNames: ['us-east-1a', 'us-east-1b'] },
      'zones and zoneNames exclude each other',
    ],
    [
      'endpoints beside NAT',
      { egress: 'nat', interfaceEndpoints: ['ssm'] },
      'interfaceEndpoints needs egress endpoints',
    ],
    [
      'a way out for jobs that the tasks have too',
      { egress: 'nat', jobEgress: 'public' },
      'jobEgress needs egress ipv6',
    ],
    [
      'unknown traffic',
      { flowLogTraffic: 'SOME' },
      'flowLogTraffic must be one of ALL, ACCEPT, REJECT, NONE, not "SOME"',
    ],
    [
      'a retention that CloudWatch lacks',
      { flowLogRetentionDays: 10 },
      'flowLogRetentionDays must be one of 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, ' +
        '1827, 2192, 2557, 2922, 3288, 3653, not 10',
    ],
    ...['10.0.0.0/24', '172.15.0.0/16', '192.169.0.0/16', '8.8.0.0/16', '10.256.0.0/16', 'x'].map(
      (cidrBlock): [string, NetworkArgs, string] => [
        `the range ${cidrBlock}`,
        { cidrBlock },
        `cidrBlock must be a private IPv4 /16 such as 10.0.0.0/16, not "${cidrBlock}"`,
      ],
    ),
  ];
  for (const [what, args, message] of cases) {
    it(what, () => expect(() => new Network('net', args)).to.throw(`Network "net": ${message}`));
  }
});
