import * as aws from '@pulumi/aws';
import { Vpc } from '@pulumi/awsx/ec2/index.js';
import * as pulumi from '@pulumi/pulumi';
import { assertValid } from '../validation.ts';
import type { NetworkArgs, NetworkEgressRule, NetworkPlacement } from './args.ts';
import { type Endpoints, gatewayEndpoints, interfaceEndpoints } from './endpoints.ts';
import { flowLog } from './flow-log.ts';
import { natStrategy, networkProblems, subnetSpecs, workloadKind, zoneMask } from './layout.ts';

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
 * Children: `<name>-vpc` (awsx:ec2:Vpc; `vpcChildren` lists its own children), `<name>-default`
 * (aws:ec2/defaultSecurityGroup:DefaultSecurityGroup), `<name>-s3` and `<name>-dynamodb` (aws:ec2/vpcEndpoint:VpcEndpoint);
 * unless `flowLogTraffic` is `NONE` `<name>-flow-log` (a log group, a role, its policy and the flow log); with
 * `endpoints` `<name>-endpoints` (a security group and its rule) and `<name>-<service>` for each interface endpoint.
 */
export class Network extends pulumi.ComponentResource {
  readonly vpc: Vpc;
  readonly vpcId: pulumi.Output<string>;
  readonly cidrBlock: string;
  readonly publicSubnetIds: pulumi.Output<string[]>;
  /** Subnets for tasks and internal load balancers, one in each zone. */
  readonly workloadSubnetIds: pulumi.Output<string[]>;
  readonly placement: NetworkPlacement;

  constructor(name: string, args: NetworkArgs = {}, opts?: pulumi.ComponentResourceOptions) {
    assertValid('Network', name, networkProblems(args));
    super('trellis:index:Network', name, {}, opts);
    const egress = args.egress ?? 'nat-per-zone';
    this.cidrBlock = args.cidrBlock ?? '10.0.0.0/16';
    this.vpc = createVpc(this, name, egress, args);
    this.vpcId = this.vpc.vpcId;
    this.publicSubnetIds = this.vpc.publicSubnetIds;
    this.workloadSubnetIds = {
      Public: this.vpc.publicSubnetIds,
      Private: this.vpc.privateSubnetIds,
      Isolated: this.vpc.isolatedSubnetIds,
    }[workloadKind(egress)];
    emptyDefaultSecurityGroup(this, name, args);
    const gateways = gatewayEndpoints(this, name, this.vpc, args.tags);
    const interfaces = egress === 'endpoints' ? interfaceEndpoints(this, name, args) : undefined;
    this.placement = {
      vpcId: this.vpcId,
      subnetIds: this.workloadSubnetIds,
      assignPublicIp: egress === 'public',
      ...(interfaces === undefined ? {} : { egress: egressRulesOf({ ...gateways, interfaces }) }),
    };
    if (args.flowLogTraffic !== 'NONE') flowLog(this, name, this.vpcId, args);
    this.registerOutputs({
      vpcId: this.vpcId,
      cidrBlock: this.cidrBlock,
      publicSubnetIds: this.publicSubnetIds,
      workloadSubnetIds: this.workloadSubnetIds,
    });
  }
}

function createVpc(parent: Network, name: string, egress: string, args: NetworkArgs): Vpc {
  return new Vpc(
    `${name}-vpc`,
    {
      cidrBlock: parent.cidrBlock,
      ...(args.zoneNames === undefined
        ? { numberOfAvailabilityZones: args.zones ?? 3 }
        : { availabilityZoneNames: args.zoneNames }),
      availabilityZoneCidrMask: zoneMask,
      subnetStrategy: 'Auto',
      subnetSpecs: subnetSpecs(egress),
      natGateways: { strategy: natStrategy(egress) },
      // Interface endpoints and Cloud Map are found by DNS names within the VPC.
      enableDnsHostnames: true,
      enableDnsSupport: true,
      tags: args.tags,
    },
    { parent, transforms: [withoutAutomaticAddress] },
  );
}

/** awsx gives every instance in a public subnet an address. A task that needs one asks for it, and nothing else should
 * get one unasked (Security Hub EC2.15). */
async function withoutAutomaticAddress(
  resource: pulumi.ResourceTransformArgs,
): Promise<pulumi.ResourceTransformResult | undefined> {
  if (resource.type !== 'aws:ec2/subnet:Subnet') return undefined;
  return { props: { ...resource.props, mapPublicIpOnLaunch: false }, opts: resource.opts };
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
