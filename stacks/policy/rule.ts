import { physicalName } from '../physical-name.ts';

/** A resource of a plan: what `npm run plan -- --json` prints. */
export interface PolicyResource {
  type: string;
  name: string;
  parent: string | null;
  inputs: Record<string, unknown>;
}

/** `baseline`: every stack; `production`: stacks whose data and uptime matter. */
export type Level = 'baseline' | 'production';

/** One rule of a known rule set, or one of our own, as a check of a plan's resources. */
export interface Rule {
  /** The rule's ids in the rule sets: `CKV` Checkov, `Sol` cdk-nag AwsSolutions, `X.n` AWS Security Hub, `own` ours. The
   * first one names the rule. */
  ids: string[];
  level: Level;
  /** What must hold. */
  requires: string;
  /** The names of the resources that break the rule. */
  violations(resources: Resources): string[];
}

/** The resources of a plan, by type. */
export class Resources {
  readonly all: PolicyResource[];

  constructor(all: PolicyResource[]) {
    this.all = all;
  }

  of(type: string): PolicyResource[] {
    return this.all.filter((resource) => resource.type === type);
  }

  /** Names of the resources of a type that fail a check. */
  failing(type: string, holds: (inputs: Inputs, resource: PolicyResource) => boolean): string[] {
    return this.of(type)
      .filter((resource) => !holds(resource.inputs as Inputs, resource))
      .map(({ name }) => name);
  }

  /** Names of the resources of a type to which no `companion` with `holds` refers by its input `by`. */
  without(
    type: string,
    companion: string,
    by: string,
    holds: (inputs: Inputs) => boolean = () => true,
  ): string[] {
    const served = this.of(companion)
      .filter(({ inputs }) => holds(inputs as Inputs))
      .map(({ inputs }) => String(inputs[by]));
    return this.of(type)
      .filter(({ name, inputs }) => {
        const physical = physicalName(name, inputs);
        return !served.some((reference) => reference === physical || reference.endsWith(`:${physical}`));
      })
      .map(({ name }) => name);
  }
}

/** Inputs of any shape, as rules read them; what is missing is undefined. */
// biome-ignore lint/suspicious/noExplicitAny: a rule reads what is there, whatever its shape, and compares it.
export type Inputs = Record<string, any>;

export interface Statement {
  Sid?: string;
  Effect: string;
  Action: string[];
  Resource: string[];
  Principal?: string | Record<string, unknown>;
  Condition?: Record<string, Record<string, unknown>>;
}

/** The statements of a policy document, with lists where IAM also allows a single text. */
export function statementsOf(document: unknown): Statement[] {
  if (typeof document !== 'string' || !document.startsWith('{')) return [];
  const listed = (value: unknown) => (value === undefined ? [] : [value].flat());
  return JSON.parse(document).Statement.map((statement: Record<string, unknown>) => ({
    ...statement,
    Action: listed(statement.Action),
    Resource: listed(statement.Resource),
  }));
}
