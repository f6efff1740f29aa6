import type * as pulumi from '@pulumi/pulumi';

/** What every step of the constructor works with. */
export interface Scope {
  /** The component's Pulumi name. */
  name: string;
  keyArn: pulumi.Input<string> | undefined;
  alarmActionArns: pulumi.Input<string>[];
  tags: { [name: string]: pulumi.Input<string> } | undefined;
  /** Options of every child. */
  child: { parent: pulumi.Resource };
}
