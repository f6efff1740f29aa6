import type * as pulumi from '@pulumi/pulumi';

/** Where a component's children stand. */
export interface Scope {
  /** The component's Pulumi name; children are called `${name}-${role}`. */
  name: string;
  tags: { [name: string]: pulumi.Input<string> };
  child: { parent: pulumi.Resource };
}
