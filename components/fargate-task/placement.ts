import * as aws from '@pulumi/aws';
import type * as pulumi from '@pulumi/pulumi';
import type { FargateImageArgs, FargatePlacementArgs } from './args.ts';

export function placementDefaults(args: FargatePlacementArgs) {
  return {
    ...args,
    assignPublicIp: args.assignPublicIp ?? false,
    egress: args.egress ?? [
      // Under a name of its own, one rule does not become the other, which would cut off what still uses it.
      isIpv6(args)
        ? { name: 'https-ipv6', port: 443, cidrIpv6: '::/0' }
        : { name: 'https', port: 443, cidr: '0.0.0.0/0' },
    ],
  };
}

/** Whether containers have no IPv4 address. */
export function isIpv6({ ipAddressType }: FargatePlacementArgs): boolean {
  return ipAddressType === 'ipv6';
}

export function imageDefaults(args: FargateImageArgs) {
  return { ...args, architecture: args.architecture ?? 'arm64' };
}

/** The platform in the terms of ECS and Batch. */
export function runtimePlatform({ architecture }: ReturnType<typeof imageDefaults>) {
  return {
    cpuArchitecture: architecture === 'arm64' ? 'ARM64' : 'X86_64',
    operatingSystemFamily: 'LINUX',
  };
}

interface Scope {
  name: string;
  settings: { placement: ReturnType<typeof placementDefaults> };
  tags: { [name: string]: pulumi.Input<string> };
  child: { parent: pulumi.Resource };
}

/** The security group of the containers, whatever subnets they run in. Nothing may connect to them; each destination
 * that they may connect to is a rule. */
export function createTaskSecurityGroup(scope: Scope, description: string) {
  const { name, settings, tags, child } = scope;
  const { vpcId, egress } = settings.placement;
  const group = new aws.ec2.SecurityGroup(`${name}-tasks`, { vpcId, description, tags }, child);
  const rules = egress.map(
    ({ name: destination, port, cidr, cidrIpv6, prefixListId, securityGroupId }) =>
      new aws.vpc.SecurityGroupEgressRule(
        `${name}-to-${destination}`,
        {
          securityGroupId: group.id,
          description: `${name} connects to ${destination}`,
          ipProtocol: 'tcp',
          fromPort: port,
          toPort: port,
          cidrIpv4: cidr,
          cidrIpv6,
          prefixListId,
          referencedSecurityGroupId: securityGroupId,
          tags,
        },
        child,
      ),
  );
  return { group, rules };
}
