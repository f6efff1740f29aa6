import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import type { NetworkArgs } from './args.ts';
import { endpointPolicy } from './endpoint-policy.ts';
import { defaultInterfaceEndpoints } from './layout.ts';

export interface Endpoints {
  s3: aws.ec2.VpcEndpoint;
  dynamodb: aws.ec2.VpcEndpoint;
  /** Security group of the interface endpoints. */
  interfaces: aws.ec2.SecurityGroup;
}

type Tags = NetworkArgs['tags'];

/** The parts of the network that are created before the endpoints. */
type Parent = pulumi.Resource & {
  vpcId: pulumi.Output<string>;
  cidrBlock: string;
  workloadSubnetIds: pulumi.Output<string[]>;
};

/** The free endpoints, as routes in every subnet's table. Traffic to S3 (which includes image layers) and DynamoDB then
 * stays within AWS and does not pass a NAT gateway, which would charge for each GB. */
export function gatewayEndpoints(
  parent: pulumi.Resource & { vpcId: pulumi.Output<string> },
  name: string,
  routeTableIds: pulumi.Output<string>[],
  tags: Tags,
): Pick<Endpoints, 's3' | 'dynamodb'> {
  const endpoint = (service: string) =>
    new aws.ec2.VpcEndpoint(
      `${name}-${service}`,
      {
        vpcId: parent.vpcId,
        serviceName: serviceName(parent, service),
        policy: endpointPolicy(parent, service),
        vpcEndpointType: 'Gateway',
        routeTableIds,
        tags,
      },
      { parent },
    );
  return { s3: endpoint('s3'), dynamodb: endpoint('dynamodb') };
}

/** The interface endpoints: an address in each zone for every service that tasks need, open to the VPC on 443 only. */
export function interfaceEndpoints(parent: Parent, name: string, args: NetworkArgs): aws.ec2.SecurityGroup {
  const { tags, interfaceEndpoints: services = defaultInterfaceEndpoints } = args;
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
  for (const service of services) {
    new aws.ec2.VpcEndpoint(
      `${name}-${service}`,
      {
        vpcId: parent.vpcId,
        serviceName: serviceName(parent, service),
        policy: endpointPolicy(parent, service),
        vpcEndpointType: 'Interface',
        subnetIds: parent.workloadSubnetIds,
        securityGroupIds: [group.id],
        privateDnsEnabled: true,
        tags,
      },
      { parent },
    );
  }
  return group;
}

function serviceName(parent: pulumi.Resource, service: string): pulumi.Output<string> {
  const { region } = aws.getRegionOutput({}, { parent });
  return pulumi.interpolate`com.amazonaws.${region}.${service}`;
}
