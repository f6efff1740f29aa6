import { type Inputs, type Resources, type Rule, statementsOf } from './rule.ts';

const group = 'aws:ec2/securityGroup:SecurityGroup';
const ingress = 'aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule';
const egress = 'aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule';

function fromInternet({ cidrIpv4, cidrIpv6 }: Inputs): boolean {
  return cidrIpv4 === '0.0.0.0/0' || cidrIpv6 === '::/0';
}

/** Security groups of load balancers that face the internet. */
function publicEntries(resources: Resources): string[] {
  return resources
    .of('aws:lb/loadBalancer:LoadBalancer')
    .filter(({ inputs }) => inputs.internal !== true)
    .flatMap(({ inputs }) => (inputs.securityGroups ?? []) as string[]);
}

export const networkRules: Rule[] = [
  {
    ids: ['EC2.6'],
    level: 'production',
    requires: 'the VPC has a flow log',
    violations: (resources) => {
      const logged = resources.of('aws:ec2/flowLog:FlowLog').map(({ inputs }) => String(inputs.vpcId));
      return resources.failing('aws:ec2/vpc:Vpc', (_, { name }) => logged.some((id) => id.includes(name)));
    },
  },
  {
    ids: ['EC2.2'],
    level: 'baseline',
    requires: 'the default security group is empty',
    violations: (resources) => {
      const type = 'aws:ec2/defaultSecurityGroup:DefaultSecurityGroup';
      const empty = resources
        .of(type)
        .filter(({ inputs }) => JSON.stringify([inputs.ingress, inputs.egress]) === '[[],[]]')
        .map(({ inputs }) => String(inputs.vpcId));
      return resources.failing('aws:ec2/vpc:Vpc', (_, { name }) => empty.some((id) => id.includes(name)));
    },
  },
  {
    ids: ['EC2.15'],
    level: 'baseline',
    requires: 'no subnet gives public addresses by itself',
    violations: (resources) =>
      resources.failing('aws:ec2/subnet:Subnet', ({ mapPublicIpOnLaunch }) => mapPublicIpOnLaunch !== true),
  },
  {
    ids: ['own-ipv6-route'],
    level: 'baseline',
    requires: 'IPv6 leads out by an egress-only gateway alone, which lets no connection in',
    violations: (resources) =>
      resources.failing(
        'aws:ec2/route:Route',
        ({ destinationIpv6CidrBlock, egressOnlyGatewayId }) =>
          destinationIpv6CidrBlock === undefined || egressOnlyGatewayId !== undefined,
      ),
  },
  {
    ids: ['own-endpoint-policy'],
    level: 'baseline',
    requires: 'endpoints let requests through by the account of the resource',
    violations: (resources) =>
      resources.failing('aws:ec2/vpcEndpoint:VpcEndpoint', ({ policy }) =>
        JSON.stringify(statementsOf(policy)).includes('aws:ResourceAccount'),
      ),
  },
  {
    ids: ['EC2.18', 'EC2.19'],
    level: 'baseline',
    requires: 'the internet reaches ports 80 and 443 of the public entry, and nothing else',
    violations: (resources) => {
      const entries = publicEntries(resources);
      return resources.failing(
        ingress,
        (inputs) =>
          !fromInternet(inputs) ||
          ([80, 443].includes(inputs.fromPort) &&
            inputs.fromPort === inputs.toPort &&
            entries.includes(inputs.securityGroupId)),
      );
    },
  },
  {
    ids: ['own-separate-rules'],
    level: 'baseline',
    requires: 'security groups have no inline rules, which the other checks here would not see',
    violations: (resources) =>
      resources.failing(group, (inputs) => inputs.ingress === undefined && inputs.egress === undefined),
  },
  {
    ids: ['CKV_AWS_23'],
    level: 'baseline',
    requires: 'every security group and rule has a description',
    violations: (resources) => {
      const described = ({ description }: Inputs) => typeof description === 'string' && description !== '';
      return [group, ingress, egress].flatMap((type) => resources.failing(type, described));
    },
  },
];
