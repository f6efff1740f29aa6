import { asArgument, checkOneOf, checkRetention, checkWhole, type Problems } from '../validation.ts';
import type { NetworkArgs } from './args.ts';

export const egressModes = ['public', 'endpoints', 'nat', 'nat-per-zone'];

/** The services that ECS needs to start a task: ECR (its API and the registry), CloudWatch Logs, and SSM for secrets. */
export const defaultInterfaceEndpoints = ['ecr.api', 'ecr.dkr', 'logs', 'ssm'];

export type SubnetKind = 'Public' | 'Private' | 'Isolated';

/** The kind of subnet for tasks and internal load balancers. */
export function workloadKind(egress: string): SubnetKind {
  if (egress === 'public') return 'Public';
  return egress === 'endpoints' ? 'Isolated' : 'Private';
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
 * The fourth /20 of each, in halves, is for the fifth and sixth zone.
 *
 * @param zone from 0
 */
export function subnetBlock(vpc: string, zone: number, kind: SubnetKind): string {
  const at = kinds.indexOf(kind);
  if (zone < 4) return block(vpc, zone * 2 ** 14 + at * 2 ** 12, 20);
  const half = (zone - 4) * kinds.length + at;
  return block(vpc, Math.floor(half / 2) * 2 ** 14 + 3 * 2 ** 12 + (half % 2) * 2 ** 11, 21);
}

function block(vpc: string, offset: number, mask: number): string {
  const [first, second] = vpc.split('.');
  return `${first}.${second}.${Math.floor(offset / 256)}.${offset % 256}/${mask}`;
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
