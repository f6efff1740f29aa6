import type * as pulumi from '@pulumi/pulumi';
import type { Settings } from './defaults.ts';

/** What every step of the constructor works with. */
export interface Scope {
  /** The component's Pulumi name. */
  name: string;
  settings: Settings;
  /** Options of every child. */
  child: { parent: pulumi.Resource };
}
