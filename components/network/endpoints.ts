import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import type { NetworkArgs } from './args.ts';
import { endpointPolicy } from './endpoint-policy.ts';
import { defaultInterfaceEndpoints, jobInterfaceEndpoints } from './layout.ts';
import type { Vpc } from './vpc.ts';

export interface Endpoints {
  s3: aws.ec2.VpcEndpoint;
  dynamodb: aws.ec2.VpcEndpoint;
  /** Security group of the interface endpoints. */
  interfaces: aws.ec2.SecurityGroup;
}

type Tags = NetworkArgs['tags'];

type GatewayRoutes = Pick<aws.ec2.VpcEndpointArgs, 'ipAddressType' | 'routeTableIds'>;

/** The parts of the network that are created before the endpoints. */
type Parent = pulumi.Resource & {
  vpcId: pulumi.Output<string>;
  cidrBlock: string;
  workloadSubnetIds: pulumi.Output<string[]>;
};

/**
 * The free endpoints, as routes in every subnet's table. Traffic to S3 (which includes image layers) and DynamoDB then
 * stays within AWS and does not pass a NAT gateway, which would charge for each GB. Subnets without IPv4 addresses have a
 * route to S3 alone, by an endpoint of its own; that of DynamoDB is for IPv4 (AWS PrivateLink guide, "Gateway endpoints").
 */
export function gatewayEndpoints(
  parent: pulumi.Resource & { vpcId: pulumi.Output<string> },
  name: string,
  { routeTableIds, ipv6RouteTableIds }: Pick<Vpc, 'routeTableIds' | 'ipv6RouteTableIds'>,
  tags: Tags,
): Pick<Endpoints, 's3' | 'dynamodb'> {
  const endpoint = (child: string, service: string, routes: GatewayRoutes) =>
    new aws.ec2.VpcEndpoint(
      `${name}-${child}`,
      {
        vpcId: parent.vpcId,
        serviceName: serviceName(parent, service),
        policy: endpointPolicy(parent, service),
        vpcEndpointType: 'Gateway',
        ...routes,
        tags,
      },
      { parent },
    );
  if (ipv6RouteTableIds.length > 0) {
    endpoint('s3-ipv6', 's3', { ipAddressType: 'ipv6', routeTableIds: ipv6RouteTableIds });
  }
  return {
    s3: endpoint('s3', 's3', { routeTableIds }),
    dynamodb: endpoint('dynamodb', 'dynamodb', { routeTableIds }),
  };
}

/** The interface endpoints: an address in each zone for every service that tasks need, open to the VPC on 443 only. */
export function interfaceEndpoints(parent: Parent, name: string, args: NetworkArgs): aws.ec2.SecurityGroup {
  const { tags, interfaceEndpoints: services = defaultInterfaceEndpoints } = args;
  const group = createGroup(parent, name, tags);
  for (const service of services) {
    new aws.ec2.VpcEndpoint(
      `${name}-${service}`,
      {
        ...interfaceTo(parent, service, group, tags),
        subnetIds: parent.workloadSubnetIds,
        privateDnsEnabled: true,
      },
      { parent },
    );
  }
  return group;
}

/** The interface endpoints of jobs, in one zone. */
export function jobEndpoints(
  parent: Parent,
  name: string,
  { tags }: NetworkArgs,
  subnetId: pulumi.Output<string>,
): aws.ec2.SecurityGroup {
  const group = createGroup(parent, name, tags);
  for (const service of jobInterfaceEndpoints) {
    const child = `${name}-jobs-${service}`;
    const endpoint = new aws.ec2.VpcEndpoint(
      child,
      {
        ...interfaceTo(parent, service, group, tags),
        subnetIds: [subnetId],
        // By its own private DNS an endpoint answers for the dual-stack names too, with IPv4 addresses, and the tasks, which
        // have none, would no longer reach the service.
        privateDnsEnabled: false,
      },
      { parent },
    );
    leadTo(parent, child, service, endpoint, tags);
  }
  return group;
}

/** The IPv4 names of a service in the VPC lead to the endpoint; its dual-stack names stay what they are. */
function leadTo(
  parent: Parent,
  name: string,
  service: string,
  endpoint: aws.ec2.VpcEndpoint,
  tags: Tags,
): void {
  const { region } = aws.getRegionOutput({}, { parent });
  const zone = new aws.route53.Zone(
    name,
    {
      name: region.apply((known) => `${service.split('.').reverse().join('.')}.${known}.amazonaws.com`),
      comment: `Leads to the endpoint ${name}`,
      vpcs: [{ vpcId: parent.vpcId }],
      forceDestroy: true,
      tags,
    },
    { parent },
  );
  const entry = endpoint.dnsEntries.apply(([first]) => first as { dnsName: string; hostedZoneId: string });
  new aws.route53.Record(
    name,
    {
      zoneId: zone.zoneId,
      // Each account has a registry of its own name.
      name: service === 'ecr.dkr' ? zone.name.apply((apex) => `*.${apex}`) : zone.name,
      type: 'A',
      aliases: [{ name: entry.dnsName, zoneId: entry.hostedZoneId, evaluateTargetHealth: false }],
    },
    { parent },
  );
}

function interfaceTo(parent: Parent, service: string, group: aws.ec2.SecurityGroup, tags: Tags) {
  return {
    vpcId: parent.vpcId,
    serviceName: serviceName(parent, service),
    policy: endpointPolicy(parent, service),
    vpcEndpointType: 'Interface',
    securityGroupIds: [group.id],
    tags,
  };
}

/** The security group of interface endpoints. */
function createGroup(parent: Parent, name: string, tags: Tags): aws.ec2.SecurityGroup {
  const group = new aws.ec2.SecurityGroup(
    `${name}-endpoints`,
    { vpcId: parent.vpcId, description: 'Interface endpoints of AWS services', tags },
    { parent },
  );
  new aws.vpc.SecurityGroupIngressRule(
    `${name}-endpoints`,
    {
      securityGroupId: group.id,
      description: 'HTTPS from within the VPC',
      cidrIpv4: parent.cidrBlock,
      ipProtocol: 'tcp',
      fromPort: 443,
      toPort: 443,
      tags,
    },
    { parent },
  );
  return group;
}

function serviceName(parent: pulumi.Resource, service: string): pulumi.Output<string> {
  const { region } = aws.getRegionOutput({}, { parent });
  return pulumi.interpolate`com.amazonaws.${region}.${service}`;
}
