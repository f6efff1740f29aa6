import type { DeclaredResource } from './declared-resource.ts';

/** The inputs of `awsx.ec2.Vpc` that earlier releases of `Network` set. */
export interface VpcInputs {
  cidrBlock: string;
  numberOfAvailabilityZones?: number;
  availabilityZoneNames?: string[];
  availabilityZoneCidrMask: number;
  subnetSpecs: { type: string; cidrMask: number }[];
  natGateways: { strategy: string };
  enableDnsHostnames: boolean;
  enableDnsSupport: boolean;
  tags?: Record<string, unknown>;
}

/**
 * The children of the `awsx.ec2.Vpc` called `name`, as awsx 3.9 creates them (its awsx/ec2/vpc.ts). A preview by the
 * real engine shows the same list.
 *
 * @param regionZones the zones of the region, of which awsx takes the first
 */
export function vpcChildren(name: string, inputs: VpcInputs, regionZones: string[]): DeclaredResource[] {
  const zones = inputs.availabilityZoneNames ?? regionZones.slice(0, inputs.numberOfAvailabilityZones);
  const { cidrBlock, enableDnsHostnames, enableDnsSupport } = inputs;
  const tags = { Name: name, ...inputs.tags };
  const vpc = { type: vpcType, name, parent: name, parentType: 'awsx:ec2:Vpc' };
  return [
    { ...vpc, inputs: { cidrBlock, enableDnsHostnames, enableDnsSupport, tags } },
    inVpc(name, 'aws:ec2/internetGateway:InternetGateway', name, { vpcId: name, tags }),
    ...zones.flatMap((zone, at) => zoneChildren(name, inputs, zone, at)),
  ];
}

const vpcType = 'aws:ec2/vpc:Vpc';
const subnetType = 'aws:ec2/subnet:Subnet';
const routeTableType = 'aws:ec2/routeTable:RouteTable';

function zoneChildren(
  name: string,
  inputs: VpcInputs,
  availabilityZone: string,
  at: number,
): DeclaredResource[] {
  return inputs.subnetSpecs.flatMap(({ type, cidrMask }, slot) => {
    if (type === 'Unused') return [];
    const subnet = `${name}-${type.toLowerCase()}-${at + 1}`;
    const tags = { ...inputs.tags, Name: subnet, SubnetType: type };
    const cidrBlock = blockOf(inputs, at, slot, cidrMask);
    const mapPublicIpOnLaunch = type === 'Public';
    return [
      inVpc(name, subnetType, subnet, {
        vpcId: name,
        availabilityZone,
        cidrBlock,
        mapPublicIpOnLaunch,
        assignIpv6AddressOnCreation: false,
        tags,
      }),
      ...routing(name, subnet, routeOf(name, type, inputs.natGateways.strategy, at), tags),
      ...(type === 'Public' ? natGateway(name, subnet, inputs, at) : []),
    ];
  });
}

function routing(name: string, subnet: string, route: object | undefined, tags: object): DeclaredResource[] {
  const inTable = { name: subnet, parent: subnet, parentType: routeTableType };
  return [
    {
      type: routeTableType,
      name: subnet,
      parent: subnet,
      parentType: subnetType,
      inputs: { vpcId: name, tags },
    },
    {
      ...inTable,
      type: 'aws:ec2/routeTableAssociation:RouteTableAssociation',
      inputs: { subnetId: subnet, routeTableId: subnet },
    },
    ...(route === undefined
      ? []
      : [{ ...inTable, type: 'aws:ec2/route:Route', inputs: { routeTableId: subnet, ...route } }]),
  ];
}

function routeOf(name: string, type: string, strategy: string, at: number): object | undefined {
  const everywhere = { destinationCidrBlock: '0.0.0.0/0' };
  if (type === 'Public') return { ...everywhere, gatewayId: name };
  if (type === 'Isolated' || strategy === 'None') return undefined;
  return { ...everywhere, natGatewayId: `${name}-${strategy === 'Single' ? 1 : at + 1}` };
}

function natGateway(name: string, subnet: string, inputs: VpcInputs, at: number): DeclaredResource[] {
  const { strategy } = inputs.natGateways;
  if (strategy === 'None' || (strategy === 'Single' && at > 0)) return [];
  const gateway = { name: `${name}-${at + 1}`, parent: subnet, parentType: subnetType };
  const tags = { ...inputs.tags, Name: gateway.name };
  return [
    { ...gateway, type: 'aws:ec2/eip:Eip', inputs: { tags } },
    {
      ...gateway,
      type: 'aws:ec2/natGateway:NatGateway',
      inputs: { subnetId: subnet, allocationId: gateway.name, tags },
    },
  ];
}

function inVpc(vpc: string, type: string, name: string, inputs: Record<string, unknown>): DeclaredResource {
  return { type, name, parent: vpc, parentType: vpcType, inputs };
}

/** The slot-th block of a zone, where all blocks of a zone are of one size. */
function blockOf(inputs: VpcInputs, at: number, slot: number, cidrMask: number): string {
  const [base = ''] = inputs.cidrBlock.split('/');
  const start = base.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  const address = start + at * 2 ** (32 - inputs.availabilityZoneCidrMask) + slot * 2 ** (32 - cidrMask);
  const parts = [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256);
  return `${parts.join('.')}/${cidrMask}`;
}
