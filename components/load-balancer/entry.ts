import * as aws from '@pulumi/aws';
import type { Scope, Settings } from './defaults.ts';

/** The security group of the load balancer, without rules; each rule is a resource of its own, so that others can add
 * theirs. */
export function createSecurityGroup({ name, settings, tags, child }: Scope): aws.ec2.SecurityGroup {
  return new aws.ec2.SecurityGroup(
    `${name}-entry`,
    { vpcId: settings.vpcId, description: `Load balancer of ${name}`, tags },
    child,
  );
}

/** Ports that are open to callers. With HTTPS, port 80 stays open for the redirect. */
function openPorts({ certificateArn }: Settings): number[] {
  return certificateArn === undefined ? [80] : [80, 443];
}

/** A rule for each source and port. A range names its rule: by its place in the list, it would become its neighbour's rule,
 * which AWS refuses twice. */
export function createIngressRules(scope: Scope, entry: aws.ec2.SecurityGroup) {
  const { name, settings, tags, child } = scope;
  const sources = [
    ...settings.allowedCidrs.map((cidrIpv4) => ({ source: cidrIpv4.replace('/', '-'), from: { cidrIpv4 } })),
    // Callers who are admitted from anywhere may come by either kind of address.
    ...(settings.dualStack && settings.allowedCidrs.includes('0.0.0.0/0')
      ? [{ source: 'ipv6', from: { cidrIpv6: '::/0' } }]
      : []),
    ...settings.allowedPrefixListIds.map((prefixListId, index) => ({
      source: `list${index}`,
      from: { prefixListId },
    })),
    ...settings.allowedSecurityGroupIds.map((referencedSecurityGroupId, index) => ({
      source: `group${index}`,
      from: { referencedSecurityGroupId },
    })),
  ];
  return openPorts(settings).flatMap((port) =>
    sources.map(
      ({ source, from }) =>
        new aws.vpc.SecurityGroupIngressRule(
          `${name}-from-${source}-${port}`,
          {
            ...from,
            securityGroupId: entry.id,
            description: `Callers of ${name} on port ${port}`,
            ipProtocol: 'tcp',
            fromPort: port,
            toPort: port,
            tags,
          },
          child,
        ),
    ),
  );
}
