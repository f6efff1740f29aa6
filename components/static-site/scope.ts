import type * as pulumi from '@pulumi/pulumi';
import type { Settings } from './defaults.ts';

/** What every step of the constructor works with. */
export interface Scope {
  /** The component's Pulumi name; children are called `${name}-${role}`. */
  name: string;
  settings: Settings;
  tags: { [name: string]: pulumi.Input<string> };
  /** Options of every child. */
  child: { parent: pulumi.Resource };
}

/** The region of CloudFront's certificates, web ACLs and log deliveries, whatever region the stack is in. */
export const edgeRegion = 'us-east-1';
