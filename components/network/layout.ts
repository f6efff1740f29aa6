import { asArgument, checkOneOf, checkRetention, checkWhole, type Problems } from '../validation.ts';
import type { NetworkArgs } from './args.ts';

export const egressModes = ['public', 'endpoints', 'nat', 'nat-per-zone', 'ipv6'];

export const jobEgressModes = ['public', 'endpoints'];

/** The services that ECS needs to start a task: ECR (its API and the registry), CloudWatch Logs, and SSM for secrets. */
export const defaultInterfaceEndpoints = ['ecr.api', 'ecr.dkr', 'logs', 'ssm'];

/** The services that Batch needs to start a job without secrets. */
export const jobInterfaceEndpoints = ['ecr.api', 'ecr.dkr', 'logs'];

/** `Ipv6` has no IPv4 addresses, `DualStack` has both kinds. */
export type SubnetKind = 'Public' | 'Private' | 'Isolated' | 'DualStack' | 'Ipv6';

/** The kind of subnet for tasks. */
export function workloadKind(egress: string): SubnetKind {
  if (egress === 'public') return 'Public';
  if (egress === 'ipv6') return 'Ipv6';
  return egress === 'endpoints' ? 'Isolated' : 'Private';
}

/** The kind of subnet for internal load balancers. One with IPv6 targets needs both kinds of addresses (Elastic Load
 * Balancing's user guide, "IP address types for your Application Load Balancer"). */
export function internalKind(egress: string): SubnetKind {
  return egress === 'ipv6' ? 'DualStack' : workloadKind(egress);
}

/** The kinds of subnets in the order of their blocks within a zone. */
const kinds: SubnetKind[] = ['Private', 'Isolated', 'Public'];

/** The number of a zone that is known by name, from its letter: a zone has the same addresses in every list. */
export function zoneNumber(zone: string): number {
  return zone.charCodeAt(zone.length - 1) - 'a'.charCodeAt(0);
}

/** Zones that have addresses in a /16. No region has more. */
const mostZones = 6;

/**
 * The block of a kind of subnet in a zone. The first four zones are a /18 of four /20 each. Every kind keeps its block even
 * where it is not used, so that a change of `egress` creates new subnets beside the old ones, without a conflict of ranges.
 * The fourth /20 of each, in halves, is for the fifth and sixth zone; that of the fourth zone, in eighths, for the dual-stack
 * subnets of all zones, in which load balancers and jobs take few addresses.
 *
 * @param zone from 0
 */
export function subnetBlock(vpc: string, zone: number, kind: SubnetKind): string {
  if (kind === 'DualStack') return block(vpc, 3 * 2 ** 14 + 3 * 2 ** 12 + zone * 2 ** 9, 23);
  const at = kinds.indexOf(kind);
  if (zone < 4) return block(vpc, zone * 2 ** 14 + at * 2 ** 12, 20);
  const half = (zone - 4) * kinds.length + at;
  return block(vpc, Math.floor(half / 2) * 2 ** 14 + 3 * 2 ** 12 + (half % 2) * 2 ** 11, 21);
}

function block(vpc: string, offset: number, mask: number): string {
  const [first, second] = vpc.split('.');
  return `${first}.${second}.${Math.floor(offset / 256)}.${offset % 256}/${mask}`;
}

/** The numbers of the /64 of a kind of subnet in the first zone. */
const ipv6Numbers: Partial<Record<SubnetKind, number>> = { Ipv6: 0, DualStack: 16 };

/**
 * The /64 of a kind of subnet in a zone, in the form in which AWS writes it.
 *
 * @param vpc the /56 that Amazon gave the VPC
 * @param zone from 0
 */
export function ipv6SubnetBlock(vpc: string, zone: number, kind: SubnetKind): string {
  const [address = ''] = vpc.split('/');
  const [head = ''] = address.split('::');
  const groups = [...head.split(':'), '0', '0', '0', '0']
    .slice(0, 4)
    .map((group) => Number.parseInt(group || '0', 16));
  const number = (ipv6Numbers[kind] ?? 0) + zone;
  const [first = 0, second = 0, third = 0, fourth = 0] = groups;
  const subnet = [first, second, third, (fourth & 0xff00) + number, 0, 0, 0, 0];
  const { hostname } = new URL(`http://[${subnet.map((group) => group.toString(16)).join(':')}]`);
  return `${hostname.slice(1, -1)}/64`;
}

/** In how many of its zones a network has a NAT gateway. */
export function natGateways(egress: string, zones: number): number {
  if (egress === 'nat') return 1;
  return egress === 'nat-per-zone' ? zones : 0;
}

/** Whether a text is the name of an availability zone, which that of a Local Zone (`us-east-1-bos-1a`) is not. */
export function isZone(name: string): boolean {
  return /^[a-z]{2}(-[a-z]+)+-\d[a-z]$/.test(name);
}

/** The problems of a network's arguments. */
export function networkProblems(args: NetworkArgs, label = asArgument): Problems {
  const { egress, zoneNames, interfaceEndpoints, cidrBlock } = args;
  return [
    checkOneOf('egress', egress, egressModes),
    checkOneOf('jobEgress', args.jobEgress, jobEgressModes),
    args.jobEgress !== undefined && egress !== 'ipv6' ? 'jobEgress needs egress ipv6' : undefined,
    checkWhole('zones', args.zones, 2, 4),
    args.zones !== undefined && zoneNames !== undefined
      ? 'zones and zoneNames exclude each other'
      : undefined,
    zoneNames !== undefined && new Set(zoneNames.map(zoneNumber)).size !== zoneNames.length
      ? `${label('zoneNames')} repeats a zone`
      : undefined,
    ...(zoneNames ?? []).map((zone) =>
      isZone(zone) && zoneNumber(zone) < mostZones
        ? undefined
        : `${label('zoneNames')} must be zones from a to f such as eu-west-1a, not "${zone}"`,
    ),
    checkWhole(`the number of ${label('zoneNames')}`, zoneNames?.length, 2, 4),
    cidrBlock === undefined || isSlash16(cidrBlock)
      ? undefined
      : `${label('cidrBlock')} must be a private IPv4 /16 such as 10.0.0.0/16, not "${cidrBlock}"`,
    interfaceEndpoints !== undefined && egress !== 'endpoints'
      ? 'interfaceEndpoints needs egress endpoints'
      : undefined,
    checkOneOf('flowLogTraffic', args.flowLogTraffic, ['ALL', 'ACCEPT', 'REJECT', 'NONE']),
    checkRetention('flowLogRetentionDays', args.flowLogRetentionDays),
  ];
}

/** RFC 1918 ranges of sixteen bits: 10.0–10.255, 172.16–172.31 and 192.168. */
function isSlash16(cidr: string): boolean {
  const match = /^(10|172|192)\.(\d{1,3})\.0\.0\/16$/.exec(cidr);
  if (match === null) return false;
  const second = Number(match[2]);
  if (match[1] === '10') return second <= 255;
  return match[1] === '172' ? second >= 16 && second <= 31 : second === 168;
}
