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

export interface SubnetSpec {
  type: SubnetKind | 'Unused';
  /** Set for a kind of subnet that is not used: awsx refuses two specs of one type without names. */
  name?: string;
  cidrMask: number;
}

/** Each zone is a /18 of four /20. Every kind of subnet keeps its address range even where it is not used, so that a
 * change of `egress` creates new subnets beside the old ones, without a conflict of ranges. */
export const zoneMask = 18;

export function subnetSpecs(egress: string): SubnetSpec[] {
  const used = new Set<string>(['Public', workloadKind(egress)]);
  const kinds: SubnetKind[] = ['Private', 'Isolated', 'Public'];
  return kinds.map((kind) =>
    used.has(kind)
      ? { type: kind, cidrMask: 20 }
      : { type: 'Unused', name: `no-${kind.toLowerCase()}`, cidrMask: 20 },
  );
}

/** awsx's names for the number of NAT gateways. */
export function natStrategy(egress: string): 'None' | 'Single' | 'OnePerAz' {
  if (egress === 'nat') return 'Single';
  return egress === 'nat-per-zone' ? 'OnePerAz' : 'None';
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
    zoneNames !== undefined && new Set(zoneNames).size !== zoneNames.length
      ? `${label('zoneNames')} repeats a zone`
      : undefined,
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
