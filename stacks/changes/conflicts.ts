import { nameOf } from '../evaluate/urn.ts';
import { type Claim, claimsOf, readable, worldOf } from '../identities/claims.ts';
import type { Step } from './engine.ts';
import type { LivingResource } from './living.ts';
import { claimantOf } from './living.ts';

/** Why a change, or a stack, cannot go. */
export interface Conflict {
  readonly identity: string;
  /** Logical names, the one that claims first. */
  readonly resources: readonly string[];
  readonly why: string;
  /** URN of the one that comes second, and what it means for it. */
  readonly urn: string;
  readonly effect: string;
}

interface Held extends Claim {
  readonly step: Step;
}

/** Which resources of a stack claim one identity side by side. */
export function conflictsWithin(resources: readonly LivingResource[]): Conflict[] {
  const world = worldOf(resources.map(claimantOf));
  const claims = resources.flatMap((one) =>
    claimsOf(claimantOf(one), world, one.resource.urn).map((claim) => ({ ...claim, ...one.resource })),
  );
  return [...Map.groupBy(claims, ({ identity }) => identity).values()]
    .filter((group) => new Set(group.map(({ holder }) => holder)).size > 1)
    .map((group) => ({
      identity: readable(group[0]?.identity ?? ''),
      resources: [...new Set(group.map(({ name }) => name))],
      why: `both have it in one stack: ${group[0]?.rule}`,
      urn: group.at(-1)?.urn ?? '',
      effect: `refused by AWS: ${readable(group[0]?.identity ?? '')}`,
    }));
}

/**
 * Where a change claims an identity that the living stack has not given up by then. Pulumi's engine goes by dependency,
 * makes a new resource before it deletes the one in whose place it comes, and deletes last
 * (https://www.pulumi.com/docs/iac/concepts/options/deletebeforereplace/).
 */
export function conflictsOf(steps: readonly Step[]): Conflict[] {
  const needs = dependenciesOf(steps);
  const [old, now] = [heldBy(steps, 'before'), heldBy(steps, 'after')];
  const after = steps.flatMap(({ after: one }) => one ?? []);
  const oldByIdentity = Map.groupBy(old, ({ identity }) => identity);
  const nowByStep = Map.groupBy(now, ({ step }) => step);
  const found = now.flatMap((claim) =>
    (oldByIdentity.get(claim.identity) ?? [])
      .filter((held) => held.holder !== claim.holder && !isKept(held, claim))
      .flatMap((held) => {
        const why = clash(claim, held, nowByStep.get(held.step) ?? [], needs);
        return why === undefined ? [] : [conflict(claim, held, why)];
      }),
  );
  return [...conflictsWithin(after), ...found];
}

/** Whether it is the same resource, which is changed or not, but not replaced. */
function isKept(held: Held, claim: Held): boolean {
  return held.step === claim.step && held.step.action !== 'replace';
}

function clash(
  claim: Held,
  held: Held,
  afterwards: readonly Held[],
  needs: (step: Step) => ReadonlySet<string>,
): string | undefined {
  const { step } = held;
  const comesAfter = step === claim.step || needs(claim.step).has(step.urn);
  switch (step.action) {
    case 'delete':
      return `${nameOf(step.urn)} has it and is deleted last`;
    case 'replace':
      if (!step.oldFirst) return `the old ${nameOf(step.urn)} has it until it is deleted last`;
      return comesAfter ? undefined : `${nameOf(step.urn)} has it and may be deleted later`;
    case 'update':
      if (afterwards.some(({ identity }) => identity === claim.identity)) return undefined;
      return comesAfter ? undefined : `${nameOf(step.urn)} has it and may be changed later`;
    default:
      return undefined;
  }
}

function conflict(claim: Held, held: Held, why: string): Conflict {
  const what =
    claim.second === 'refused'
      ? `AWS refuses the new one: ${claim.rule}`
      : `the new one takes it over, and loses it when the old one is deleted: ${claim.rule}`;
  return {
    identity: readable(claim.identity),
    resources: [...new Set([nameOf(claim.step.urn), nameOf(held.step.urn)])],
    why: `${why}; ${what}${remedy(claim.step)}`,
    urn: claim.step.urn,
    effect: `${claim.second === 'refused' ? 'refused by AWS' : 'lost when the old one is deleted'}: ${readable(claim.identity)}`,
  };
}

/** What an earlier release named by its place in a list may be another item's when the list changes as well. Only a state
 * knows which place held what, so that the program cannot choose the right one. */
function remedy({ urn, before }: Step): string {
  if (before === undefined || before.resource.urn === urn) return '';
  return (
    `. The way: the release that lives calls it ${nameOf(before.resource.urn)}, so deploy this one with the settings as they` +
    ' are first, then change them'
  );
}

function heldBy(steps: readonly Step[], when: 'before' | 'after'): Held[] {
  const world = worldOf(steps.flatMap((step) => step[when] ?? []).map(claimantOf));
  return steps.flatMap((step) => {
    const one = step[when];
    const own = step.action === 'replace' ? `${when} ${step.urn}` : step.urn;
    return one === undefined
      ? []
      : claimsOf(claimantOf(one), world, own).map((claim) => ({ ...claim, step }));
  });
}

/** By step: the URNs of all that the engine has finished with before it. */
export function dependenciesOf(steps: readonly Step[]): (step: Step) => ReadonlySet<string> {
  const byUrn = new Map(steps.map((step) => [step.urn, step]));
  const known = new Map<string, Set<string>>();
  const of = (urn: string): Set<string> => {
    const found = known.get(urn);
    if (found !== undefined) return found;
    const all = new Set<string>();
    known.set(urn, all);
    for (const needed of byUrn.get(urn)?.after?.resource.dependencies ?? []) {
      all.add(needed);
      for (const further of of(needed)) all.add(further);
    }
    return all;
  };
  return ({ urn }) => of(urn);
}
