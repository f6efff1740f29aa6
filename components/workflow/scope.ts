import type * as pulumi from '@pulumi/pulumi';

/** What a component hands to the functions that create its children. */
export interface Scope {
  /** The component's Pulumi name; children are called `${name}-${role}`. */
  name: string;
  tags: { [name: string]: pulumi.Input<string> };
  /** The customer key of what the children keep. @default AWS's own keys */
  keyArn?: pulumi.Input<string> | undefined;
  child: { parent: pulumi.Resource; aliases?: pulumi.Alias[] };
}

/** For a child that was renamed: without its former name as an alias, Pulumi would replace it in stacks that exist. */
export function formerly<T extends Scope>(scope: T, role: string): T {
  return { ...scope, child: { ...scope.child, aliases: [{ name: `${scope.name}-${role}` }] } };
}
