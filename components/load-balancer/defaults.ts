import type * as pulumi from '@pulumi/pulumi';
import type { LoadBalancerArgs } from './args.ts';

export type Settings = ReturnType<typeof withDefaults>;

/** What every step of the constructor works with. */
export interface Scope {
  /** The component's Pulumi name; children are called `${name}-${role}`. */
  name: string;
  settings: Settings;
  tags: { [name: string]: pulumi.Input<string> };
  /** Options of every child. */
  child: { parent: pulumi.Resource };
}

/** The arguments with every default filled in. The defaults of a load balancer live here and nowhere else. */
export function withDefaults(args: LoadBalancerArgs) {
  const internetFacing = args.internetFacing ?? false;
  return {
    ...args,
    internetFacing,
    dualStack: args.dualStack ?? false,
    furtherCertificateArns: args.furtherCertificateArns ?? {},
    sslPolicy: args.sslPolicy ?? 'ELBSecurityPolicy-TLS13-1-2-Res-2021-06',
    allowedCidrs: args.allowedCidrs ?? (internetFacing ? ['0.0.0.0/0'] : []),
    allowedPrefixListIds: args.allowedPrefixListIds ?? [],
    allowedSecurityGroupIds: args.allowedSecurityGroupIds ?? [],
    idleTimeoutSeconds: args.idleTimeoutSeconds ?? 60,
    deletionProtection: args.deletionProtection ?? true,
    tags: args.tags ?? {},
  };
}
