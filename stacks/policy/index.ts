import { capacityRules } from './capacity.ts';
import { cdnRules } from './cdn.ts';
import { ecsRules } from './ecs.ts';
import { encryptionRules } from './encryption.ts';
import { entryRules } from './entry.ts';
import { iamRules } from './iam.ts';
import { identityRules } from './identities.ts';
import { nameRules } from './names.ts';
import { networkRules } from './network.ts';
import { pipelineRules } from './pipeline.ts';
import { type Level, type PolicyResource, Resources, type Rule } from './rule.ts';
import { storageRules } from './storage.ts';
import { type Waiver, waivers } from './waivers.ts';

export { allowances } from './iam.ts';
export { type Level, type PolicyResource, Resources, type Rule } from './rule.ts';
export { type Waiver, waivers } from './waivers.ts';

export const rules: Rule[] = [
  ...ecsRules,
  ...capacityRules,
  ...entryRules,
  ...cdnRules,
  ...storageRules,
  ...encryptionRules,
  ...pipelineRules,
  ...networkRules,
  ...iamRules,
  ...identityRules,
  ...nameRules,
];

export interface Finding {
  /** First id of the rule. */
  rule: string;
  resource: string;
  requires: string;
  waiver: Waiver | undefined;
}

/** The rules of a level; `production` includes `baseline`. */
export function rulesOf(level: Level): Rule[] {
  return rules.filter((rule) => rule.level === 'baseline' || level === 'production');
}

/**
 * Where the resources of a plan break a rule of the level.
 *
 * @param waived the reasons of the program that it is a plan of; those of this project's by default
 */
export function findings(
  resources: PolicyResource[],
  level: Level,
  waived: readonly Waiver[] = waivers,
): Finding[] {
  const plan = new Resources(resources);
  return rulesOf(level).flatMap(({ ids: [rule = ''], requires, violations }) =>
    violations(plan).map((resource) => ({
      rule,
      resource,
      requires,
      waiver: waiverOf(waived, rule, resource),
    })),
  );
}

function waiverOf(all: readonly Waiver[], rule: string, name: string): Waiver | undefined {
  return all.find(
    ({ rule: waived, resource }) =>
      waived === rule && (typeof resource === 'string' ? resource === name : resource.test(name)),
  );
}
