import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import type { NetworkArgs } from './args.ts';
import { isZone, natGateways, type SubnetKind, subnetBlock, workloadKind, zoneNumber } from './layout.ts';

export interface Vpc {
  vpc: aws.ec2.Vpc;
  /** One in each zone; what refers to one waits for its routes. */
  publicSubnetIds: pulumi.Output<string>[];
  /** Those for tasks and internal load balancers. */
  workloadSubnetIds: pulumi.Output<string>[];
  routeTableIds: pulumi.Output<string>[];
}

interface Scope {
  name: string;
  vpc: aws.ec2.Vpc;
  tags: NetworkArgs['tags'];
  cidrBlock: string;
}

interface Zone {
  name: pulumi.Input<string>;
  /** In the names of its resources. */
  label: string;
  /** The label of the releases in which zones went by their place in the list. */
  formerLabel: string;
  /** Decides over its addresses, from 0. */
  number: number;
}

interface Subnet {
  id: pulumi.Output<string>;
  routeTableId: pulumi.Output<string>;
  resource: aws.ec2.Subnet;
}

type RouteTarget = Pick<aws.ec2.RouteArgs, 'gatewayId' | 'natGatewayId'>;

export const defaultCidrBlock = '10.0.0.0/16';

/** The VPC, and for each zone the subnets, each with a route table of its own, and a NAT gateway where `egress` says so. */
export function createVpc(parent: pulumi.Resource, name: string, args: NetworkArgs): Vpc {
  const { tags, egress = 'nat-per-zone', cidrBlock = defaultCidrBlock } = args;
  const ownTags = { ...tags, Name: name };
  const vpc = new aws.ec2.Vpc(
    name,
    // Interface endpoints and Cloud Map are found by DNS names within the VPC.
    { cidrBlock, enableDnsHostnames: true, enableDnsSupport: true, tags: ownTags },
    // Earlier releases made it inside of awsx's component. All that is below it follows by this alias.
    { parent, aliases: [{ parent: pulumi.createUrn(name, 'awsx:ec2:Vpc', parent) }] },
  );
  const internet = new aws.ec2.InternetGateway(name, { vpcId: vpc.id, tags: ownTags }, { parent: vpc });
  const scope = { name, vpc, tags, cidrBlock };
  const zones = zonesOf(parent, args, cidrBlock);
  const entries = zones.map((zone) => createSubnet(scope, zone, 'Public', { gatewayId: internet.id }));
  const gateways = entries
    .slice(0, natGateways(egress, zones.length))
    .map(({ resource }, at) => createGateway(scope, zones[at] as Zone, resource, internet));
  const kind = workloadKind(egress);
  const workloads =
    kind === 'Public'
      ? entries
      : zones.map((zone, at) => createSubnet(scope, zone, kind, routeTo(gateways[at] ?? gateways[0])));
  const idsOf = (subnets: Subnet[]) => subnets.map(({ id }) => id);
  return {
    vpc,
    publicSubnetIds: idsOf(entries),
    workloadSubnetIds: idsOf(workloads),
    routeTableIds: [...new Set([...entries, ...workloads])].map(({ routeTableId }) => routeTableId),
  };
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

function createSubnet(scope: Scope, zone: Zone, kind: SubnetKind, target?: RouteTarget): Subnet {
  const { vpc } = scope;
  const named = (label: string) => `${scope.name}-${kind.toLowerCase()}-${label}`;
  const name = named(zone.label);
  const isByName = zone.label !== zone.formerLabel;
  const tags = { ...scope.tags, Name: name, SubnetType: kind };
  const subnet = new aws.ec2.Subnet(
    name,
    {
      vpcId: vpc.id,
      availabilityZone: zone.name,
      cidrBlock: subnetBlock(scope.cidrBlock, zone.number, kind),
      // A task that needs a public address asks for it, and nothing else should get one (Security Hub EC2.15).
      mapPublicIpOnLaunch: false,
      assignIpv6AddressOnCreation: false,
      tags,
    },
    {
      parent: vpc,
      aliases: isByName ? [{ name: named(zone.formerLabel) }] : [],
      // The releases in which zones went by their place gave them other blocks, and tasks stand in these.
      ignoreChanges: isByName ? ['cidrBlock'] : [],
    },
  );
  const table = new aws.ec2.RouteTable(name, { vpcId: vpc.id, tags }, { parent: subnet });
  const inTable = { parent: table };
  const association = new aws.ec2.RouteTableAssociation(
    name,
    { subnetId: subnet.id, routeTableId: table.id },
    inTable,
  );
  const routes =
    target === undefined
      ? []
      : [
          new aws.ec2.Route(
            name,
            { routeTableId: table.id, destinationCidrBlock: '0.0.0.0/0', ...target },
            inTable,
          ),
        ];
  // A task that starts before its routes are there cannot pull its image.
  const awaited = [subnet, association, ...routes].map((resource) => resource.id);
  const id = pulumi.all(awaited).apply(([own]) => own as string);
  return { id, routeTableId: table.id, resource: subnet };
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
