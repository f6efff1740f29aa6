/** Inputs and outputs as they cross the wire: secrets, unknown values and references to resources carry Pulumi's marks
 * (documented in its SDK's rpc.ts). */
export type Properties = Record<string, unknown>;

/** A resource as the engine hears of it, after all transforms. */
export interface Registered {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  /** URN of the parent; empty for the stack. */
  readonly parent: string;
  /** Whether a provider makes it; a component is a group of others. */
  readonly custom: boolean;
  /** A component that its package's own process fills with children. */
  readonly remote: boolean;
  /** Not registered by the program but made inside a component of another package; see stacks/plan/declared.ts. */
  readonly declared: boolean;
  /** Read, not made: `Bucket.get`. */
  readonly read: boolean;
  readonly inputs: Properties;
  /** URNs under which an earlier deployment may know it. */
  readonly aliases: readonly string[];
  readonly protect: boolean;
  readonly retainOnDelete: boolean;
  /** Undefined where the program leaves it to the provider. */
  readonly deleteBeforeReplace: boolean | undefined;
  readonly ignoreChanges: readonly string[];
  readonly replaceOnChanges: readonly string[];
  readonly deletedWith: string;
  readonly secretOutputs: readonly string[];
  /** `<URN>::<id>` of an explicit provider. */
  readonly provider: string;
  /** URNs, from `dependsOn` and from the inputs, sorted. */
  readonly dependencies: readonly string[];
  /** URNs to which each input refers. */
  readonly propertyDependencies: Readonly<Record<string, readonly string[]>>;
}

export interface Answer {
  /** Undefined: known after the deployment only. */
  readonly id: string | undefined;
  /** Outputs that are absent are known after the deployment only. */
  readonly outputs: Properties;
}

/** What stands for the cloud while a program is evaluated. */
export interface Cloud {
  /** What a resource has become, as a preview tells the program; `children` are those of `children` below. */
  resource(resource: Registered, children: readonly MadeChild[]): Answer;
  /** The answer of a data source. @throws when it has none */
  call(token: string, inputs: Properties): Properties;
  /** The children of a component of another package. */
  children(resource: Registered): Promise<readonly Child[]>;
}

export interface Child {
  readonly type: string;
  readonly name: string;
  readonly parent: string;
  readonly parentType: string;
  readonly inputs: Properties;
  /** Of the inputs those that hold the id of a sibling earlier in the list: its type; the input is its name. */
  readonly references: Readonly<Record<string, string>>;
}

export interface MadeChild {
  readonly resource: Registered;
  readonly answer: Answer;
}

export interface Evaluation {
  /** In the order in which they were registered, a resource after all that it depends on. */
  readonly resources: readonly Registered[];
  readonly answers: ReadonlyMap<string, Answer>;
  readonly outputs: Properties;
}
