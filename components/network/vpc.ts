import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import type { NetworkArgs } from './args.ts';
import { internalKind, isZone, natGateways, workloadKind, zoneNumber } from './layout.ts';
import { createSubnet, type RouteTarget, type Scope, type Subnet, type Zone } from './subnet.ts';

export interface Vpc {
  vpc: aws.ec2.Vpc;
  /** The range that Amazon gave it; undefined without `ipv6`. */
  ipv6CidrBlock: pulumi.Output<string> | undefined;
  /** One in each zone; what refers to one waits for its routes. */
  publicSubnetIds: pulumi.Output<string>[];
  /** Those for tasks. */
  workloadSubnetIds: pulumi.Output<string>[];
  /** Those for internal load balancers. */
  internalSubnetIds: pulumi.Output<string>[];
  /** Of the subnets that have IPv4 addresses. */
  routeTableIds: pulumi.Output<string>[];
  /** Of those that have none. */
  ipv6RouteTableIds: pulumi.Output<string>[];
}

export const defaultCidrBlock = '10.0.0.0/16';

/** The VPC, and for each zone the subnets, each with a route table of its own, and a NAT gateway where `egress` says so. */
export function createVpc(parent: pulumi.Resource, name: string, args: NetworkArgs): Vpc {
  const { tags, egress = 'nat-per-zone', cidrBlock = defaultCidrBlock } = args;
  const ownTags = { ...tags, Name: name };
  const vpc = new aws.ec2.Vpc(
    name,
    // Interface endpoints and Cloud Map are found by DNS names within the VPC.
    { cidrBlock, enableDnsHostnames: true, enableDnsSupport: true, tags: ownTags },
    {
      parent,
      // Earlier releases made it inside of awsx's component. All that is below it follows by this alias.
      aliases: [{ parent: pulumi.createUrn(name, 'awsx:ec2:Vpc', parent) }],
      // A refresh finds the range of `assignRange` here too. To take it away is the business of that resource alone, which
      // goes after all that uses the range.
      ignoreChanges: ['assignGeneratedIpv6CidrBlock'],
    },
  );
  const ipv6CidrBlock = egress === 'ipv6' ? assignRange(name, vpc) : undefined;
  const internet = new aws.ec2.InternetGateway(name, { vpcId: vpc.id, tags: ownTags }, { parent: vpc });
  const scope: Scope = { name, vpc, tags, cidrBlock, ipv6CidrBlock };
  const zones = zonesOf(parent, args, cidrBlock);
  const entries = zones.map((zone) => createSubnet(scope, zone, 'Public', { gatewayId: internet.id }));
  const gateways = entries
    .slice(0, natGateways(egress, zones.length))
    .map(({ resource }, at) => createGateway(scope, zones[at] as Zone, resource, internet));
  const kind = workloadKind(egress);
  const exit = kind === 'Ipv6' ? createExit(scope) : undefined;
  const workload =
    kind === 'Public'
      ? entries
      : zones.map((zone, at) =>
          createSubnet(scope, zone, kind, exit ?? routeTo(gateways[at] ?? gateways[0])),
        );
  const internal =
    internalKind(egress) === kind ? workload : zones.map((zone) => createSubnet(scope, zone, 'DualStack'));
  const subnets = [...new Set([...entries, ...workload, ...internal])];
  const tablesOf = (isIpv6: boolean) =>
    subnets.filter((one) => (one.kind === 'Ipv6') === isIpv6).map(({ routeTableId }) => routeTableId);
  return {
    vpc,
    ipv6CidrBlock,
    publicSubnetIds: idsOf(entries),
    workloadSubnetIds: idsOf(workload),
    internalSubnetIds: idsOf(internal),
    routeTableIds: tablesOf(false),
    ipv6RouteTableIds: tablesOf(true),
  };
}

function idsOf(subnets: Subnet[]): pulumi.Output<string>[] {
  return subnets.map(({ id }) => id);
}

/** An IPv6 range of Amazon's. It is apart from the VPC, since an update of the VPC would take it away before its subnets. */
function assignRange(name: string, vpc: aws.ec2.Vpc): pulumi.Output<string> {
  const association = new aws.ec2.VpcIpv6CidrBlockAssociation(
    name,
    { vpcId: vpc.id, assignGeneratedIpv6CidrBlock: true },
    { parent: vpc },
  );
  return association.ipv6CidrBlock;
}

/** Lets connections out, and none in. It costs nothing. */
function createExit({ name, vpc, tags }: Scope): RouteTarget {
  const gateway = new aws.ec2.EgressOnlyInternetGateway(
    name,
    { vpcId: vpc.id, tags: { ...tags, Name: name } },
    { parent: vpc },
  );
  return { egressOnlyGatewayId: gateway.id };
}

function routeTo(gateway: aws.ec2.NatGateway | undefined): RouteTarget | undefined {
  return gateway === undefined ? undefined : { natGatewayId: gateway.id };
}

/** A zone that is given by name keeps its subnets and their addresses in every list; one that is not goes by its place. */
function zonesOf(parent: pulumi.Resource, { zones = 3, zoneNames }: NetworkArgs, cidrBlock: string): Zone[] {
  // A subnet keeps its block (see `createSubnet`), but not in another range: there it has another name.
  const range = cidrBlock === defaultCidrBlock ? '' : `-${cidrBlock.split('/')[0]}`;
  if (zoneNames !== undefined) {
    return zoneNames.map((zone, at) => ({
      name: zone,
      label: `${zone}${range}`,
      formerLabel: String(at + 1),
      number: zoneNumber(zone),
    }));
  }
  const { names } = aws.getAvailabilityZonesOutput({}, { parent });
  return Array.from({ length: zones }, (_, number) => {
    const label = String(number + 1);
    return { name: names.apply((all) => zoneAt(all, number)), label, formerLabel: label, number };
  });
}

function zoneAt(regional: string[], at: number): string {
  const names = regional.filter(isZone);
  const name = names[at];
  if (name === undefined) throw new Error(`the region has ${names.length} zones: ${names.join(', ')}`);
  return name;
}

function createGateway(
  scope: Scope,
  zone: Zone,
  subnet: aws.ec2.Subnet,
  internet: aws.ec2.InternetGateway,
): aws.ec2.NatGateway {
  const name = `${scope.name}-${zone.label}`;
  const tags = { ...scope.tags, Name: name };
  const former = `${scope.name}-${zone.formerLabel}`;
  const options = { parent: subnet, aliases: former === name ? [] : [{ name: former }] };
  const address = new aws.ec2.Eip(name, { tags }, options);
  return new aws.ec2.NatGateway(
    name,
    { subnetId: subnet.id, allocationId: address.id, tags },
    { ...options, dependsOn: [internet] },
  );
}
