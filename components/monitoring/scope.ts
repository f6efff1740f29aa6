import type * as pulumi from '@pulumi/pulumi';
import type { MonitoringArgs } from './args.ts';

/** What every step of the constructor works with. */
export interface Scope {
  /** The component's Pulumi name; children are called `${name}-…`. */
  name: string;
  args: MonitoringArgs;
  tags: { [name: string]: pulumi.Input<string> };
  /** Namespace of the metrics that are counted from logs: project and stack, so that each stack is counted apart. */
  namespace: string;
  /** Options of every child. */
  child: { parent: pulumi.Resource };
}
