import {
  asArgument,
  checkNames,
  checkRepeated,
  checkWhole,
  isCidr,
  type Label,
  type Problems,
} from '../validation.ts';
import type { LoadBalancerArgs } from './args.ts';

/** Everything that is wrong with the arguments of a `LoadBalancer`; undefined entries are no problems. */
export function problems(name: string, args: LoadBalancerArgs): Problems {
  return [
    checkBalancerName(name, longestName),
    ...loadBalancerProblems(args, asArgument),
    args.furtherCertificateArns !== undefined && args.certificateArn === undefined
      ? 'furtherCertificateArns needs certificateArn'
      : undefined,
    ...checkNames('furtherCertificateArns', Object.keys(args.furtherCertificateArns ?? {})),
  ];
}

/** Load balancers and target groups have at most 32 characters, of which `-lb` and Pulumi's suffix take 11. */
export const longestName = 21;

/** A problem unless AWS takes the name as the beginning of a load balancer's. */
export function checkBalancerName(name: string, longest: number): string | undefined {
  if (!/^[A-Za-z][A-Za-z0-9-]*$/.test(name)) {
    return 'the name must begin with a letter and hold letters, digits and hyphens only';
  }
  if (/^(sg|internal)(-|$)/.test(name)) {
    return 'the name must not begin with "sg" or "internal" as its first word, which AWS keeps for itself';
  }
  return name.length > longest
    ? `the name has ${name.length} characters; with a load balancer it may have ${longest}`
    : undefined;
}

type Entry = Pick<LoadBalancerArgs, 'allowedCidrs' | 'internetFacing' | 'domainName' | 'certificateArn'>;

/** The problems of a load balancer, whichever component makes it. */
export function loadBalancerProblems(
  args: Entry & Pick<LoadBalancerArgs, 'idleTimeoutSeconds' | 'sslPolicy'>,
  label: Label,
): Problems {
  const { allowedCidrs = [], idleTimeoutSeconds, sslPolicy } = args;
  const junk = allowedCidrs.filter((cidr) => !isCidr(cidr));
  return [
    junk.length > 0
      ? `${label('allowedCidrs')} must be IPv4 ranges such as 10.0.0.0/16, not ${junk.join(', ')}`
      : undefined,
    ...entryProblems(args, label),
    checkWhole(label('idleTimeoutSeconds'), idleTimeoutSeconds, 1, 4000),
    sslPolicy === undefined || /^ELBSecurityPolicy-(FS|TLS|TLS13)-1-[23]-/.test(sslPolicy)
      ? undefined
      : `${label('sslPolicy')} must speak TLS 1.2 or later only, unlike "${sslPolicy}"`,
  ];
}

/** What is wrong with the arguments that decide who may connect to a load balancer, and by which name. */
export function entryProblems(entry: Entry, label: Label): Problems {
  const { allowedCidrs = [], internetFacing, domainName, certificateArn } = entry;
  return [
    allowedCidrs.includes('0.0.0.0/0') && !internetFacing
      ? `${label('allowedCidrs')} may hold 0.0.0.0/0 only when ${label('internetFacing')}`
      : undefined,
    checkRepeated(label('allowedCidrs'), allowedCidrs),
    domainName !== undefined && certificateArn === undefined
      ? `${label('domainName')} needs ${label('certificateArn')}`
      : undefined,
  ];
}
