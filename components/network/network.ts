import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { assertValid } from '../validation.ts';
import type { NetworkArgs, NetworkEgressRule, NetworkPlacement } from './args.ts';
import { type Endpoints, gatewayEndpoints, interfaceEndpoints, jobEndpoints } from './endpoints.ts';
import { flowLog } from './flow-log.ts';
import { networkProblems } from './layout.ts';
import { createVpc, defaultCidrBlock } from './vpc.ts';

/**
 * A VPC over two to four zones. `egress` decides how its tasks reach AWS.
 *
 * ```ts
 * const network = new Network('network', { egress: 'endpoints', zones: 3 });
 * new FargateService('api', { placement: network.placement, … });
 * ```
 *
 * Costs nothing at rest with `public` beside each task's address; see `egress` for the others. S3 and DynamoDB are
 * reached through gateway endpoints, which are free, and flow logs cost 0.50 USD per GB. Nothing can connect from
 * outside: no rule admits anything, and the VPC's default security group is emptied.
 *
 * Children: `<name>-vpc` (aws:ec2/vpc:Vpc, with an internet gateway of that name below it and
 * `<name>-vpc-<public|private|isolated|ipv6|dualstack>-<zone>`, which are a subnet, its route table, the association of the
 * two and a route; with `ipv6` also its IPv6 range and an egress-only internet gateway; NAT gateways and their addresses are `<name>-vpc-<zone>`; a zone of `zoneNames` is called by its name, followed by the
 * range's first address unless it is the default's, another by its number from 1), `<name>-default`
 * (aws:ec2/defaultSecurityGroup:DefaultSecurityGroup), `<name>-s3` and `<name>-dynamodb` (aws:ec2/vpcEndpoint:VpcEndpoint);
 * unless `flowLogTraffic` is `NONE` `<name>-flow-log` (a log group, a role, its policy and the flow log); with
 * `endpoints` `<name>-endpoints` (a security group and its rule) and `<name>-<service>` for each interface endpoint. With
 * `ipv6` `<name>-s3-ipv6` (aws:ec2/vpcEndpoint:VpcEndpoint), and with `jobEgress` `endpoints` `<name>-endpoints` and for
 * each service `<name>-jobs-<service>`, an interface endpoint, a private DNS zone (aws:route53/zone:Zone) and its record.
 */
export class Network extends pulumi.ComponentResource {
  readonly vpc: aws.ec2.Vpc;
  readonly vpcId: pulumi.Output<string>;
  readonly cidrBlock: string;
  readonly publicSubnetIds: pulumi.Output<string[]>;
  /** Subnets for tasks, one in each zone. */
  readonly workloadSubnetIds: pulumi.Output<string[]>;
  /** Subnets for internal load balancers, one in each zone: those for tasks, unless these have no IPv4 addresses. */
  readonly internalSubnetIds: pulumi.Output<string[]>;
  /** The range that Amazon gave the VPC; undefined without `ipv6`. */
  readonly ipv6CidrBlock: pulumi.Output<string> | undefined;
  /** Where tasks of services run. */
  readonly placement: NetworkPlacement;
  /** Where jobs run: as tasks do, unless these have no IPv4 addresses. */
  readonly jobPlacement: NetworkPlacement;

  constructor(name: string, args: NetworkArgs = {}, opts?: pulumi.ComponentResourceOptions) {
    assertValid('Network', name, networkProblems(args));
    super('trellis:index:Network', name, {}, opts);
    const egress = args.egress ?? 'nat-per-zone';
    this.cidrBlock = args.cidrBlock ?? defaultCidrBlock;
    const vpc = createVpc(this, `${name}-vpc`, args);
    this.vpc = vpc.vpc;
    this.vpcId = vpc.vpc.id;
    this.ipv6CidrBlock = vpc.ipv6CidrBlock;
    this.publicSubnetIds = pulumi.all(vpc.publicSubnetIds);
    this.workloadSubnetIds = pulumi.all(vpc.workloadSubnetIds);
    this.internalSubnetIds = pulumi.all(vpc.internalSubnetIds);
    emptyDefaultSecurityGroup(this, name, args);
    const gateways = gatewayEndpoints(this, name, vpc, args.tags);
    const interfaces = egress === 'endpoints' ? interfaceEndpoints(this, name, args) : undefined;
    const rules = interfaces === undefined ? {} : { egress: egressRulesOf({ ...gateways, interfaces }) };
    this.placement = {
      vpcId: this.vpcId,
      subnetIds: this.workloadSubnetIds,
      assignPublicIp: egress === 'public',
      ...(egress === 'ipv6' ? { ipAddressType: 'ipv6' } : {}),
      ...rules,
    };
    this.jobPlacement = egress === 'ipv6' ? jobsBeside(this, name, args, gateways) : this.placement;
    if (args.flowLogTraffic !== 'NONE') flowLog(this, name, this.vpcId, args);
    this.registerOutputs({
      vpcId: this.vpcId,
      cidrBlock: this.cidrBlock,
      publicSubnetIds: this.publicSubnetIds,
      workloadSubnetIds: this.workloadSubnetIds,
      internalSubnetIds: this.internalSubnetIds,
    });
  }
}

/** AWS asks for a NAT gateway or a public address where jobs of Batch run (Batch's user guide, "Compute environments on
 * Fargate"), and says nothing of IPv6. So they have IPv4 addresses. */
function jobsBeside(
  network: Network,
  name: string,
  args: NetworkArgs,
  gateways: Pick<Endpoints, 's3' | 'dynamodb'>,
): NetworkPlacement {
  const { vpcId, publicSubnetIds, internalSubnetIds } = network;
  if (args.jobEgress !== 'endpoints') {
    return { vpcId, subnetIds: publicSubnetIds, assignPublicIp: true };
  }
  const first = internalSubnetIds.apply(([id]) => id as string);
  const interfaces = jobEndpoints(network, name, args, first);
  return {
    vpcId,
    subnetIds: internalSubnetIds,
    assignPublicIp: false,
    egress: egressRulesOf({ ...gateways, interfaces }),
  };
}

/** Every VPC has this group, and what is created without a group gets it. Without rules it lets nothing in or out. */
function emptyDefaultSecurityGroup(parent: Network, name: string, { tags }: NetworkArgs): void {
  new aws.ec2.DefaultSecurityGroup(
    `${name}-default`,
    { vpcId: parent.vpcId, ingress: [], egress: [], tags },
    { parent },
  );
}

function egressRulesOf({ s3, dynamodb, interfaces }: Endpoints): NetworkEgressRule[] {
  return [
    { name: 'endpoints', port: 443, securityGroupId: interfaces.id },
    { name: 's3', port: 443, prefixListId: s3.prefixListId },
    { name: 'dynamodb', port: 443, prefixListId: dynamodb.prefixListId },
  ];
}
