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

/** One rule of the trusted rule sets (or our own), as a check of a plan's resources. */
export interface Rule {
  /** The rule's ids, of which the first names it: `CKV` Checkov, `Sol` cdk-nag AwsSolutions, `X.n` AWS Security Hub,
   * `own` ours. */
  ids: string[];
  level: Level;
  /** What must hold. */
  requires: string;
  /** The names of the resources that break the rule. */
  violations(resources: Resources): string[];
}

/** What a plan holds, by type. */
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

/** Inputs as rules read them: any shape, missing parts undefined. */
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

/** The statements of a policy document; lists where IAM allows a single text. */
export function statementsOf(document: unknown): Statement[] {
  if (typeof document !== 'string' || !document.startsWith('{')) return [];
  const listed = (value: unknown) => (value === undefined ? [] : [value].flat());
  return JSON.parse(document).Statement.map((statement: Record<string, unknown>) => ({
    ...statement,
    Action: listed(statement.Action),
    Resource: listed(statement.Resource),
  }));
}
