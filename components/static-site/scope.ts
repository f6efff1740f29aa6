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

/** CloudFront's certificates, web ACLs and log deliveries live here, wherever the stack does. */
export const edgeRegion = 'us-east-1';
