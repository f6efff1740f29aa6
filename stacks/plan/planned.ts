/** A resource as a program asked for it; what a real engine would receive. */
export interface PlannedResource {
  type: string;
  name: string;
  /** Logical name of the parent, or null at the top. */
  parent: string | null;
  /** Type of the parent: a component and its first child may share a name. */
  parentType: string | null;
  /** Not registered by the program but made inside a component of another package; see declared.ts. */
  declared?: true;
  /** A component of the program's own: a group of others, which is nothing in the cloud. */
  component?: true;
  /** A component of another package of which nothing says what it makes inside. */
  opaque?: true;
  /** Secrets appear as `[secret]`, values known only after the deployment as `[unknown]`. */
  inputs: Record<string, unknown>;
  /** The resource options that change what happens to the resource; absent ones are at Pulumi's default. */
  options: PlannedOptions;
}

export interface PlannedOptions {
  protect?: true;
  retainOnDelete?: true;
  deleteBeforeReplace?: true;
  ignoreChanges?: readonly string[];
  replaceOnChanges?: readonly string[];
  aliases?: number;
  /** Logical names from `dependsOn` and from the inputs, sorted. */
  dependsOn?: readonly string[];
}
