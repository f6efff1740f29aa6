import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import type { NetworkArgs } from './args.ts';
import { ipv6SubnetBlock, type SubnetKind, subnetBlock } from './layout.ts';

export interface Scope {
  name: string;
  vpc: aws.ec2.Vpc;
  tags: NetworkArgs['tags'];
  cidrBlock: string;
  /** The VPC's IPv6 range; undefined without `ipv6`. */
  ipv6CidrBlock: pulumi.Output<string> | undefined;
}

export interface Zone {
  name: pulumi.Input<string>;
  /** In the names of its resources. */
  label: string;
  /** The label of the releases in which zones went by their place in the list. */
  formerLabel: string;
  /** Decides over its addresses, from 0. */
  number: number;
}

export interface Subnet {
  /** What refers to it waits for its routes. */
  id: pulumi.Output<string>;
  kind: SubnetKind;
  routeTableId: pulumi.Output<string>;
  resource: aws.ec2.Subnet;
}

/** Where the subnet's default route leads. */
export type RouteTarget = Pick<aws.ec2.RouteArgs, 'gatewayId' | 'natGatewayId' | 'egressOnlyGatewayId'>;

/** A subnet with a route table of its own. */
export function createSubnet(scope: Scope, zone: Zone, kind: SubnetKind, target?: RouteTarget): Subnet {
  const { vpc } = scope;
  const named = (label: string) => `${scope.name}-${kind.toLowerCase()}-${label}`;
  const name = named(zone.label);
  const isOlder = zone.label !== zone.formerLabel && kind !== 'Ipv6' && kind !== 'DualStack';
  const tags = { ...scope.tags, Name: name, SubnetType: kind };
  const subnet = new aws.ec2.Subnet(
    name,
    { vpcId: vpc.id, availabilityZone: zone.name, ...addressesOf(scope, zone, kind), tags },
    {
      parent: vpc,
      aliases: isOlder ? [{ name: named(zone.formerLabel) }] : [],
      // The releases in which zones went by their place gave them other blocks, and tasks stand in these.
      ignoreChanges: isOlder ? ['cidrBlock'] : [],
    },
  );
  const table = new aws.ec2.RouteTable(name, { vpcId: vpc.id, tags }, { parent: subnet });
  const inTable = { parent: table };
  const association = new aws.ec2.RouteTableAssociation(
    name,
    { subnetId: subnet.id, routeTableId: table.id },
    inTable,
  );
  const everywhere =
    kind === 'Ipv6' ? { destinationIpv6CidrBlock: '::/0' } : { destinationCidrBlock: '0.0.0.0/0' };
  const routes =
    target === undefined
      ? []
      : [new aws.ec2.Route(name, { routeTableId: table.id, ...everywhere, ...target }, inTable)];
  // A task that starts before its routes are there cannot pull its image.
  const awaited = [subnet, association, ...routes].map((resource) => resource.id);
  const id = pulumi.all(awaited).apply(([own]) => own as string);
  // AWS compares the addresses of a gateway endpoint with those of the subnets that use the table.
  const routeTableId =
    scope.ipv6CidrBlock === undefined
      ? table.id
      : pulumi.all([table.id, association.id]).apply(([own]) => own as string);
  return { id, kind, routeTableId, resource: subnet };
}

function addressesOf({ cidrBlock, ipv6CidrBlock }: Scope, { number }: Zone, kind: SubnetKind) {
  const ipv6 = ipv6CidrBlock?.apply((block) => ipv6SubnetBlock(block, number, kind));
  if (kind === 'Ipv6') {
    return {
      ipv6Native: true,
      ipv6CidrBlock: ipv6,
      assignIpv6AddressOnCreation: true,
      // A subnet without IPv4 addresses names what is in it by the resource, not by the address.
      privateDnsHostnameTypeOnLaunch: 'resource-name',
      enableResourceNameDnsAaaaRecordOnLaunch: true,
    };
  }
  return {
    cidrBlock: subnetBlock(cidrBlock, number, kind),
    // A task that needs a public address asks for it, and nothing else should get one (Security Hub EC2.15).
    mapPublicIpOnLaunch: false,
    // Load balancers take an IPv6 address by themselves. Jobs must not: they could not use it.
    assignIpv6AddressOnCreation: false,
    ...(kind === 'DualStack' ? { ipv6CidrBlock: ipv6 } : {}),
  };
}
