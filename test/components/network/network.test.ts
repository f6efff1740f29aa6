import { expect } from 'chai';
import { egressModes, Network, type NetworkArgs } from '../../../components/network/index.ts';
import { subnetBlock } from '../../../components/network/layout.ts';
import { children, ofType, only, type PlannedResource, record, statements } from '../mocks.ts';

async function network(args?: NetworkArgs, region = 'us-east-1') {
  return record(
    () => {
      const { vpcId, cidrBlock, publicSubnetIds, workloadSubnetIds, placement } = new Network('net', args);
      return { vpcId, cidrBlock, publicSubnetIds, workloadSubnetIds, placement };
    },
    { region },
  );
}

const always = [
  'aws:cloudwatch/logGroup:LogGroup net-flow-log',
  'aws:ec2/defaultSecurityGroup:DefaultSecurityGroup net-default',
  'aws:ec2/flowLog:FlowLog net-flow-log',
  'aws:ec2/vpc:Vpc net-vpc',
  'aws:ec2/vpcEndpoint:VpcEndpoint net-dynamodb',
  'aws:ec2/vpcEndpoint:VpcEndpoint net-s3',
  'aws:iam/role:Role net-flow-log',
  'aws:iam/rolePolicy:RolePolicy net-flow-log',
];

/** How many there are of each type in the VPC, itself included. */
function count(resources: PlannedResource[]): Record<string, number> {
  const own = /^aws:ec2\/(vpc|internetGateway|subnet|route\w*|eip|natGateway):(\w+)$/;
  const kinds = resources.flatMap(({ type }) => own.exec(type)?.[2] ?? []);
  const grouped = Map.groupBy(kinds, (kind) => kind);
  return Object.fromEntries([...grouped].map(([kind, group]) => [kind, group.length]));
}

function subnets(resources: PlannedResource[]): string[] {
  return ofType(resources, 'aws:ec2/subnet:Subnet').map(
    ({ name, inputs }) => `${name} ${inputs.availabilityZone} ${inputs.cidrBlock}`,
  );
}

/** Logical name of the NAT gateway of a route. */
function gatewayOf({ inputs }: PlannedResource): string | undefined {
  return /^(.*)-[0-9a-f]{7}$/.exec(String(inputs.natGatewayId))?.[1];
}

describe('Network', () => {
  it('by default has three zones, a NAT gateway in each, a flow log and nothing open', async () => {
    const { resources, outputs } = await network();
    expect(children(resources, null)).to.deep.equal(['trellis:index:Network net']);
    expect(children(resources, 'net')).to.deep.equal(always);
    expect(only(resources, 'aws:ec2/vpc:Vpc').inputs).to.deep.equal({
      cidrBlock: '10.0.0.0/16',
      enableDnsHostnames: true,
      enableDnsSupport: true,
      tags: { Name: 'net-vpc' },
    });
    expect(subnets(resources)).to.deep.equal([
      'net-vpc-private-1 us-east-1a 10.0.0.0/20',
      'net-vpc-private-2 us-east-1b 10.0.64.0/20',
      'net-vpc-private-3 us-east-1c 10.0.128.0/20',
      'net-vpc-public-1 us-east-1a 10.0.32.0/20',
      'net-vpc-public-2 us-east-1b 10.0.96.0/20',
      'net-vpc-public-3 us-east-1c 10.0.160.0/20',
    ]);
    expect(children(resources, 'net-vpc-private-1')).to.deep.equal([
      'aws:ec2/route:Route net-vpc-private-1',
      'aws:ec2/routeTable:RouteTable net-vpc-private-1',
      'aws:ec2/routeTableAssociation:RouteTableAssociation net-vpc-private-1',
    ]);
    expect(outputs.placement.assignPublicIp).to.equal(false);
    expect(outputs.workloadSubnetIds).to.have.length(3);
    expect(outputs.workloadSubnetIds[0]).to.match(/private/);
    expect(outputs.publicSubnetIds[0]).to.match(/public/);
    expect(outputs.placement.egress).to.equal(undefined);
  });

  it('empties the default security group', async () => {
    const { resources } = await network();
    const { inputs } = only(resources, 'aws:ec2/defaultSecurityGroup:DefaultSecurityGroup');
    expect(inputs).to.deep.equal({ vpcId: 'vpc-net-vpc', ingress: [], egress: [] });
  });

  it('routes S3 and DynamoDB of its region through gateway endpoints, from every subnet', async () => {
    const { resources } = await network({ zones: 2 }, 'eu-west-1');
    const associations = ofType(resources, 'aws:ec2/routeTableAssociation:RouteTableAssociation');
    const routeTables = associations
      .map(({ inputs }) => inputs.routeTableId)
      .sort(
        (one, other) => Number(String(one).includes('private')) - Number(String(other).includes('private')),
      );
    expect(new Set(routeTables).size).to.equal(4);
    for (const service of ['s3', 'dynamodb']) {
      const { policy, ...inputs } = only(
        resources,
        'aws:ec2/vpcEndpoint:VpcEndpoint',
        `net-${service}`,
      ).inputs;
      expect(policy).to.be.a('string');
      expect(inputs).to.deep.equal({
        vpcId: 'vpc-net-vpc',
        serviceName: `com.amazonaws.eu-west-1.${service}`,
        vpcEndpointType: 'Gateway',
        routeTableIds: routeTables,
      });
    }
  });

  it('delivers the flow log by a role that may write to its log group alone', async () => {
    const { resources } = await network({ flowLogTraffic: 'REJECT', flowLogRetentionDays: 7 });
    const group = only(resources, 'aws:cloudwatch/logGroup:LogGroup');
    expect(group.inputs.retentionInDays).to.equal(7);
    const { inputs, options } = only(resources, 'aws:ec2/flowLog:FlowLog');
    expect(inputs.trafficType).to.equal('REJECT');
    expect(options.dependsOn).to.include('net-flow-log');
    const role = only(resources, 'aws:iam/role:Role');
    expect(statements(role.inputs.assumeRolePolicy)).to.deep.equal([
      {
        Effect: 'Allow',
        Action: 'sts:AssumeRole',
        Principal: { Service: 'vpc-flow-logs.amazonaws.com' },
        Condition: { StringEquals: { 'aws:SourceAccount': '123456789012' } },
      },
    ]);
    const [statement, ...others] = statements(only(resources, 'aws:iam/rolePolicy:RolePolicy').inputs.policy);
    expect(others).to.deep.equal([
      { Sid: 'FindGroup', Effect: 'Allow', Action: ['logs:DescribeLogGroups'], Resource: ['*'] },
    ]);
    expect(statement?.Action).to.deep.equal([
      'logs:CreateLogStream',
      'logs:DescribeLogStreams',
      'logs:PutLogEvents',
    ]);
    expect(statement?.Resource).to.have.length(1);
    expect(String(statement?.Resource)).to.match(/:log-group:net-flow-log-[0-9a-f]{7}:\*$/);
  });

  it('can do without a flow log', async () => {
    const { resources } = await network({ flowLogTraffic: 'NONE' });
    expect(children(resources, 'net')).to.deep.equal(always.filter((child) => !child.includes('flow-log')));
  });

  it('takes zones by name, a range and tags', async () => {
    const { resources } = await network({
      zoneNames: ['us-east-1b', 'us-east-1d'],
      cidrBlock: '10.7.0.0/16',
      tags: { team: 'a' },
    });
    expect(subnets(resources)).to.deep.equal([
      'net-vpc-private-us-east-1b-10.7.0.0 us-east-1b 10.7.64.0/20',
      'net-vpc-private-us-east-1d-10.7.0.0 us-east-1d 10.7.192.0/20',
      'net-vpc-public-us-east-1b-10.7.0.0 us-east-1b 10.7.96.0/20',
      'net-vpc-public-us-east-1d-10.7.0.0 us-east-1d 10.7.224.0/20',
    ]);
    for (const resource of resources.filter(({ inputs }) => 'tags' in inputs)) {
      expect(resource.inputs.tags, resource.name).to.include({ team: 'a' });
    }
  });

  it('has other addresses in each zone, also in the fifth and sixth, which have half as many', () => {
    const kinds = ['Private', 'Isolated', 'Public'] as const;
    const blocks = Array.from({ length: 6 }, (_, zone) =>
      kinds.map((kind) => subnetBlock('10.0.0.0/16', zone, kind)),
    );
    expect(blocks.slice(4)).to.deep.equal([
      ['10.0.48.0/21', '10.0.56.0/21', '10.0.112.0/21'],
      ['10.0.120.0/21', '10.0.176.0/21', '10.0.184.0/21'],
    ]);
    const taken = blocks.flat().flatMap((block) => {
      const [, third, mask] = /^10\.0\.(\d+)\.0\/(\d+)$/.exec(block) ?? [];
      return Array.from({ length: 2 ** (24 - Number(mask)) }, (_, at) => Number(third) + at);
    });
    expect(new Set(taken).size).to.equal(taken.length);
    expect(Math.max(...taken)).to.equal(239);
  });
});

describe('Network egress', () => {
  it('public: no NAT, tasks stand in the public subnets with addresses of their own', async () => {
    const { resources, outputs } = await network({ egress: 'public', zones: 2 });
    expect(count(resources)).to.deep.equal({
      Vpc: 1,
      InternetGateway: 1,
      Subnet: 2,
      RouteTable: 2,
      RouteTableAssociation: 2,
      Route: 2,
    });
    expect(outputs.placement.assignPublicIp).to.equal(true);
    expect(outputs.workloadSubnetIds).to.deep.equal(outputs.publicSubnetIds);
  });

  it('nat: one gateway for all zones', async () => {
    const { resources } = await network({ egress: 'nat' });
    expect(count(resources)).to.include({ Subnet: 6, Eip: 1, NatGateway: 1, Route: 6 });
    const routes = ofType(resources, 'aws:ec2/route:Route').filter(({ name }) => name.includes('private'));
    expect(routes.map(gatewayOf)).to.deep.equal(Array(3).fill('net-vpc-1'));
  });

  it('nat-per-zone: a gateway for each, used by its own zone', async () => {
    const { resources } = await network({ egress: 'nat-per-zone' });
    expect(count(resources)).to.include({ Subnet: 6, Eip: 3, NatGateway: 3, Route: 6 });
    const routes = ofType(resources, 'aws:ec2/route:Route').filter(({ name }) => name.includes('private'));
    expect(routes.map(gatewayOf)).to.deep.equal(['net-vpc-1', 'net-vpc-2', 'net-vpc-3']);
  });

  it('endpoints: isolated subnets that reach four services, S3, DynamoDB, and nothing else', async () => {
    const { resources, outputs } = await network({ egress: 'endpoints' });
    expect(children(resources, 'net')).to.deep.equal(
      [
        ...always,
        'aws:ec2/securityGroup:SecurityGroup net-endpoints',
        'aws:ec2/vpcEndpoint:VpcEndpoint net-ecr.api',
        'aws:ec2/vpcEndpoint:VpcEndpoint net-ecr.dkr',
        'aws:ec2/vpcEndpoint:VpcEndpoint net-logs',
        'aws:ec2/vpcEndpoint:VpcEndpoint net-ssm',
        'aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule net-endpoints',
      ].sort(),
    );
    expect(count(resources)).to.deep.equal({
      Vpc: 1,
      InternetGateway: 1,
      Subnet: 6,
      RouteTable: 6,
      RouteTableAssociation: 6,
      Route: 3,
    });
    const { policy, ...inputs } = only(resources, 'aws:ec2/vpcEndpoint:VpcEndpoint', 'net-ecr.dkr').inputs;
    expect(policy).to.be.a('string');
    expect(inputs).to.deep.equal({
      vpcId: 'vpc-net-vpc',
      serviceName: 'com.amazonaws.us-east-1.ecr.dkr',
      vpcEndpointType: 'Interface',
      subnetIds: ['1', '2', '3'].map((zone) => `subnet-net-vpc-isolated-${zone}`),
      securityGroupIds: [outputs.placement.egress?.[0]?.securityGroupId],
      privateDnsEnabled: true,
    });
    const rule = only(resources, 'aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule').inputs;
    expect(rule).to.include({ cidrIpv4: '10.0.0.0/16', ipProtocol: 'tcp', fromPort: 443, toPort: 443 });
    const rules = outputs.placement.egress as unknown as Record<string, unknown>[];
    expect(rules.map(({ name, port }) => `${name} ${port}`)).to.deep.equal([
      'endpoints 443',
      's3 443',
      'dynamodb 443',
    ]);
    expect(rules[1]).to.have.property('prefixListId').that.is.a('string');
    expect(rules[2]).to.have.property('prefixListId').that.is.a('string');
  });

  it('endpoints: other services where asked', async () => {
    const { resources } = await network({ egress: 'endpoints', interfaceEndpoints: ['logs', 'states'] });
    const names = ofType(resources, 'aws:ec2/vpcEndpoint:VpcEndpoint').map(({ name }) => name);
    expect(names).to.deep.equal(['net-dynamodb', 'net-logs', 'net-s3', 'net-states']);
  });

  it('gives no kind of subnet the range of another, in any mode, and none twice', async () => {
    const ranges = new Map<string, string>();
    for (const egress of egressModes) {
      const { resources } = await network({ egress, zones: 4 });
      const subnets = ofType(resources, 'aws:ec2/subnet:Subnet');
      const blocks = subnets.map(({ inputs }) => String(inputs.cidrBlock ?? inputs.ipv6CidrBlock));
      expect(new Set(blocks).size).to.equal(blocks.length);
      for (const { name, inputs } of subnets) {
        const block = String(inputs.cidrBlock ?? inputs.ipv6CidrBlock);
        expect(ranges.get(block) ?? name).to.equal(name);
        ranges.set(block, name);
      }
    }
    expect(ranges.get('10.0.0.0/20')).to.equal('net-vpc-private-1');
    expect(ranges.get('10.0.16.0/20')).to.equal('net-vpc-isolated-1');
    expect(ranges.get('10.0.224.0/20')).to.equal('net-vpc-public-4');
  });

  it('gives nothing in a public subnet an address unasked', async () => {
    const { resources } = await network({ egress: 'public' });
    for (const { inputs } of ofType(resources, 'aws:ec2/subnet:Subnet')) {
      expect(inputs.mapPublicIpOnLaunch).to.equal(false);
    }
  });
});
