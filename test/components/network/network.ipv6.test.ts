import { expect } from 'chai';
import { Network, type NetworkArgs } from '../../../components/network/index.ts';
import { ipv6SubnetBlock, subnetBlock } from '../../../components/network/layout.ts';
import { monthlyCost } from '../../../stacks/plan/cost.ts';
import { findings } from '../../../stacks/policy/index.ts';
import { children, ofType, only, type PlannedResource, record, statements } from '../mocks.ts';

const subnetType = 'aws:ec2/subnet:Subnet';
const endpointType = 'aws:ec2/vpcEndpoint:VpcEndpoint';

function network(args: NetworkArgs = {}) {
  return record(() => {
    const made = new Network('net', { egress: 'ipv6', zones: 2, flowLogTraffic: 'NONE', ...args });
    const { placement, jobPlacement, internalSubnetIds, publicSubnetIds, ipv6CidrBlock } = made;
    return { placement, jobPlacement, internalSubnetIds, publicSubnetIds, ipv6CidrBlock };
  });
}

/** The names of the subnets that have a route by a gateway endpoint. */
function routed(resources: PlannedResource[], endpoint: string): string[] {
  const tables = only(resources, endpointType, endpoint).inputs.routeTableIds as string[];
  return tables.map((table) => /^net-vpc-(\w+-\d)/.exec(table)?.[1] ?? table).sort();
}

describe('Network without IPv4 for tasks', () => {
  let made: Awaited<ReturnType<typeof network>>;
  before(async () => {
    made = await network();
  });

  it('has IPv6-only subnets for tasks, dual-stack ones for load balancers, and no NAT gateway', () => {
    const { resources, outputs } = made;
    expect(children(resources, 'net-vpc')).to.deep.equal([
      'aws:ec2/egressOnlyInternetGateway:EgressOnlyInternetGateway net-vpc',
      'aws:ec2/internetGateway:InternetGateway net-vpc',
      ...['dualstack-1', 'dualstack-2', 'ipv6-1', 'ipv6-2', 'public-1', 'public-2'].map(
        (subnet) => `${subnetType} net-vpc-${subnet}`,
      ),
      'aws:ec2/vpcIpv6CidrBlockAssociation:VpcIpv6CidrBlockAssociation net-vpc',
    ]);
    expect(only(resources, subnetType, 'net-vpc-ipv6-2').inputs).to.deep.equal({
      vpcId: 'vpc-net-vpc',
      availabilityZone: 'us-east-1b',
      ipv6Native: true,
      ipv6CidrBlock: '2600:1f18:1234:5601::/64',
      assignIpv6AddressOnCreation: true,
      privateDnsHostnameTypeOnLaunch: 'resource-name',
      enableResourceNameDnsAaaaRecordOnLaunch: true,
      tags: { Name: 'net-vpc-ipv6-2', SubnetType: 'Ipv6' },
    });
    expect(only(resources, subnetType, 'net-vpc-dualstack-2').inputs).to.deep.equal({
      vpcId: 'vpc-net-vpc',
      availabilityZone: 'us-east-1b',
      cidrBlock: '10.0.242.0/23',
      ipv6CidrBlock: '2600:1f18:1234:5611::/64',
      mapPublicIpOnLaunch: false,
      assignIpv6AddressOnCreation: false,
      tags: { Name: 'net-vpc-dualstack-2', SubnetType: 'DualStack' },
    });
    expect(outputs.internalSubnetIds).to.deep.equal([
      'subnet-net-vpc-dualstack-1',
      'subnet-net-vpc-dualstack-2',
    ]);
    expect(outputs.ipv6CidrBlock).to.equal('2600:1f18:1234:5600::/56');
  });

  it('leads tasks out by the egress-only gateway, load balancers nowhere', () => {
    const { resources } = made;
    const [gateway] = ofType(resources, 'aws:ec2/egressOnlyInternetGateway:EgressOnlyInternetGateway');
    const routes = ofType(resources, 'aws:ec2/route:Route').filter(({ name }) => !name.includes('public'));
    expect(routes.map(({ name }) => name)).to.deep.equal(['net-vpc-ipv6-1', 'net-vpc-ipv6-2']);
    for (const { inputs } of routes) {
      expect(inputs.destinationIpv6CidrBlock).to.equal('::/0');
      expect(inputs).to.not.have.property('destinationCidrBlock');
      expect(String(inputs.egressOnlyGatewayId)).to.include(String(gateway?.name));
    }
  });

  it('leaves the range to its own resource, which goes after what uses it', () => {
    const { resources } = made;
    const { inputs, options } = only(resources, 'aws:ec2/vpc:Vpc');
    expect(inputs).to.not.have.property('assignGeneratedIpv6CidrBlock');
    expect(options.ignoreChanges).to.deep.equal(['assignGeneratedIpv6CidrBlock']);
    expect(
      only(resources, 'aws:ec2/vpcIpv6CidrBlockAssociation:VpcIpv6CidrBlockAssociation').inputs,
    ).to.deep.equal({ vpcId: 'vpc-net-vpc', assignGeneratedIpv6CidrBlock: true });
  });

  it('routes S3 by a gateway endpoint of the kind that the subnets have, DynamoDB with IPv4 alone', () => {
    const { resources } = made;
    const ipv4 = ['dualstack-1', 'dualstack-2', 'public-1', 'public-2'];
    expect(ofType(resources, endpointType).map(({ name }) => name)).to.deep.equal([
      'net-dynamodb',
      'net-s3',
      'net-s3-ipv6',
    ]);
    expect(routed(resources, 'net-dynamodb')).to.deep.equal(ipv4);
    expect(routed(resources, 'net-s3')).to.deep.equal(ipv4);
    expect(routed(resources, 'net-s3-ipv6')).to.deep.equal(['ipv6-1', 'ipv6-2']);
    const { inputs } = only(resources, endpointType, 'net-s3-ipv6');
    expect(inputs).to.include({ ipAddressType: 'ipv6', serviceName: 'com.amazonaws.us-east-1.s3' });
    expect(statements(inputs.policy)).to.have.length(2);
  });

  it('offers tasks IPv6, and jobs a public address', () => {
    const { placement, jobPlacement, publicSubnetIds } = made.outputs;
    expect(placement).to.deep.include({ ipAddressType: 'ipv6', assignPublicIp: false });
    expect(placement).to.not.have.property('egress');
    expect(jobPlacement).to.deep.equal({
      vpcId: 'vpc-net-vpc',
      subnetIds: publicSubnetIds,
      assignPublicIp: true,
    });
  });

  it('costs nothing at rest', () => {
    const { total, unpriced } = monthlyCost(made.resources);
    expect(total).to.equal(0);
    expect(unpriced.filter((type) => type.startsWith('aws:'))).to.deep.equal([]);
    const broken = findings(made.resources, 'baseline').filter(({ waiver }) => waiver === undefined);
    expect(broken).to.deep.equal([]);
  });

  it('gives jobs endpoints in one zone, found by IPv4 names of our own', async () => {
    const { resources, outputs } = await network({ jobEgress: 'endpoints' });
    const endpoints = ofType(resources, endpointType).filter(({ name }) => name.includes('jobs'));
    expect(endpoints.map(({ inputs }) => inputs.serviceName)).to.deep.equal(
      ['ecr.api', 'ecr.dkr', 'logs'].map((service) => `com.amazonaws.us-east-1.${service}`),
    );
    for (const { inputs } of endpoints) {
      expect(inputs.subnetIds).to.deep.equal(['subnet-net-vpc-dualstack-1']);
      // With its own names the endpoint would answer for the dual-stack ones too, in IPv4.
      expect(inputs.privateDnsEnabled).to.equal(false);
    }
    const names = ofType(resources, 'aws:route53/record:Record').map(({ inputs }) => [
      inputs.type,
      inputs.name,
    ]);
    expect(names).to.deep.equal([
      ['A', 'api.ecr.us-east-1.amazonaws.com'],
      ['A', '*.dkr.ecr.us-east-1.amazonaws.com'],
      ['A', 'logs.us-east-1.amazonaws.com'],
    ]);
    const { subnetIds, assignPublicIp, egress } = outputs.jobPlacement;
    expect(subnetIds).to.deep.equal(outputs.internalSubnetIds);
    expect(assignPublicIp).to.equal(false);
    expect((egress ?? []).map(({ name }) => name)).to.deep.equal(['endpoints', 's3', 'dynamodb']);
    expect(outputs.placement).to.not.have.property('egress');
    const { lines } = monthlyCost(resources);
    expect(lines.map(({ what, usd }) => `${what} ${usd.toFixed(2)}`)).to.deep.equal([
      'interface endpoint 21.90',
      'private DNS zone 1.50',
    ]);
  });
});

describe('IPv6 blocks of subnets', () => {
  const cases: [vpc: string, zone: number, kind: 'Ipv6' | 'DualStack', block: string][] = [
    ['2600:1f18:1234:5600::/56', 0, 'Ipv6', '2600:1f18:1234:5600::/64'],
    ['2600:1f18:1234:5600::/56', 5, 'Ipv6', '2600:1f18:1234:5605::/64'],
    ['2600:1f18:1234:5600::/56', 5, 'DualStack', '2600:1f18:1234:5615::/64'],
    ['2a05:d018:7::/56', 0, 'Ipv6', '2a05:d018:7::/64'],
    ['2a05:d018:7::/56', 1, 'Ipv6', '2a05:d018:7:1::/64'],
    ['2a05:d018:0:ff00::/56', 0, 'DualStack', '2a05:d018:0:ff10::/64'],
  ];
  for (const [vpc, zone, kind, block] of cases) {
    it(`${kind} of zone ${zone} in ${vpc}: ${block}`, () =>
      expect(ipv6SubnetBlock(vpc, zone, kind)).to.equal(block));
  }

  it('has IPv4 addresses for the dual-stack subnet of each zone beside those of all others', () => {
    const blocks = Array.from({ length: 6 }, (_, zone) => subnetBlock('10.0.0.0/16', zone, 'DualStack'));
    expect(blocks).to.deep.equal([240, 242, 244, 246, 248, 250].map((third) => `10.0.${third}.0/23`));
  });
});
