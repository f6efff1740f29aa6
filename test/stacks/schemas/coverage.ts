import type { PlannedResource } from '../../../stacks/plan/planned.ts';
import { planOf } from '../../support/plans.ts';
import { deliverWith } from '../delivery/program.ts';
import { fewestGroups } from '../effect-groups.ts';
import { type Checked, checkResource } from './check.ts';
import { type Inputs, reshaped } from './reshaped.ts';
import { metricBreaches, patternBreaches, policyBreaches, workflowBreaches } from './texts.ts';
import { awsTypes, withoutSchema } from './types.ts';

/** What plans are by AWS's schemas. */
export interface Coverage {
  /** Paths by type, without the indexes of lists. */
  readonly types: Map<string, { resources: number; checked: Set<string>; unmapped: Set<string> }>;
  /** `type name: breach`. */
  readonly breaches: Set<string>;
}

type Planned = { readonly resources: readonly PlannedResource[] };

/** Both stacks, also with each setting at another value, and that of CI's roles. */
export async function allPlans(): Promise<Planned[]> {
  const plans: Planned[] = [await planOf('dev'), await planOf('prod'), await deliverWith()];
  for (const { stack, overrides } of fewestGroups()) plans.push(await planOf(stack, overrides));
  return plans;
}

export async function coverageOf(plans: readonly Planned[]): Promise<Coverage> {
  const coverage: Coverage = { types: new Map(), breaches: new Set() };
  const seen = new Set<string>();
  for (const { type, name, inputs } of plans.flatMap(({ resources }) => resources)) {
    const key = JSON.stringify([type, inputs]);
    if (!type.startsWith('aws:') || type in withoutSchema || seen.has(key)) continue;
    seen.add(key);
    const { checked, unmapped, breaches } = checkInputs(type, inputs);
    const one = coverage.types.get(type) ?? { resources: 0, checked: new Set(), unmapped: new Set() };
    coverage.types.set(type, one);
    one.resources += 1;
    for (const path of checked) one.checked.add(path);
    for (const path of unmapped) one.unmapped.add(path);
    for (const breach of [...breaches, ...(await textBreaches(inputs))]) {
      coverage.breaches.add(`${type} ${name}: ${breach}`);
    }
  }
  return coverage;
}

/** Holds the inputs of one of Pulumi's types to AWS's schema. @throws for a type that types.ts does not have */
export function checkInputs(type: string, inputs: Inputs): Checked {
  const mapped = awsTypes[type];
  if (mapped === undefined) throw new Error(`${type} has no entry in test/stacks/schemas/types.ts`);
  const { type: awsType, within, names = {}, given } = mapped;
  const named = reshaped(inputs, names) as Inputs;
  return checkResource(awsType, within === undefined ? named : { [within]: named }, given);
}

/** What is wrong in the texts that AWS reads. */
export async function textBreaches(inputs: Inputs): Promise<string[]> {
  const { policy, assumeRolePolicy, eventPattern, definition } = inputs;
  const policies = [policy, assumeRolePolicy].filter((text) => String(text).includes('"Statement"'));
  return [
    ...(await Promise.all(policies.map(policyBreaches))).flat(),
    ...(eventPattern === undefined ? [] : patternBreaches(eventPattern)),
    ...(definition === undefined ? [] : workflowBreaches(definition)),
    ...metricBreaches(inputs),
  ];
}
