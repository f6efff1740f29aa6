import { type Changes, changesOf } from '../../stacks/changes/changes.ts';
import { Engine } from '../../stacks/changes/engine.ts';
import { livingOf } from '../../stacks/changes/living.ts';
import type { Answer, Evaluation, MadeChild, Registered } from '../../stacks/evaluate/registered.ts';

/** By URN: texts of a resource's answer in its evaluation, and what stands there now. */
type Renamed = Map<string, ReadonlyMap<string, string>>;

/**
 * What becomes of a stack that one evaluation left when another one is deployed, without evaluating anything: where a
 * resource answers otherwise than in its evaluation, since it keeps a name or is replaced, what the program made of its
 * texts is renamed. An answer's texts are unlike all others, so that they are found inside of what was made of them.
 */
export function compare(before: Evaluation, after: Evaluation, region: string): Changes {
  const engine = new Engine(livingOf(before), region);
  const renamed: Renamed = new Map();
  const made = new Map<string, MadeChild>();
  for (const resource of inOrderOfAnswers(after.resources)) {
    const now = { ...resource, inputs: renamedInputs(resource, after.resources, renamed) };
    const children = resource.remote ? within(resource, after.resources) : [];
    const answer = engine.resource(
      now,
      children.flatMap(({ urn }) => made.get(urn) ?? []),
    );
    made.set(resource.urn, { resource: now, answer });
    const found = new Map<string, string>();
    collect(after.answers.get(resource.urn), answer, found);
    renamed.set(resource.urn, found);
  }
  return changesOf(engine.finish());
}

/** A component of another package answers once its children have. */
function inOrderOfAnswers(resources: readonly Registered[]): Registered[] {
  const ordered = new Set<Registered>();
  for (const resource of resources) {
    if (resource.remote) for (const child of within(resource, resources)) ordered.add(child);
    if (resource.custom || resource.remote) ordered.add(resource);
  }
  return [...ordered];
}

function within({ urn }: Registered, resources: readonly Registered[]): Registered[] {
  const parents = new Set([urn]);
  return resources.filter((resource) => {
    if (!resource.declared || !parents.has(resource.parent)) return false;
    parents.add(resource.urn);
    return true;
  });
}

function renamedInputs(resource: Registered, all: readonly Registered[], renamed: Renamed) {
  // What is inside of such a component is made from the component's inputs.
  const around = resource.declared
    ? all.filter((one) => one.remote && within(one, all).includes(resource))
    : [];
  const inherited = around.flatMap(({ propertyDependencies }) => Object.values(propertyDependencies).flat());
  return Object.fromEntries(
    Object.entries(resource.inputs).map(([key, value]) => {
      const needed = [...(resource.propertyDependencies[key] ?? []), ...inherited];
      const texts = new Map(needed.flatMap((urn) => [...(renamed.get(urn) ?? [])]));
      return [key, texts.size === 0 ? value : rename(value, texts)];
    }),
  );
}

function rename(value: unknown, texts: ReadonlyMap<string, string>): unknown {
  if (typeof value === 'string') {
    // Definitions of state machines are texts too; with all of them the pattern would be too large.
    const within = [...texts.keys()].filter((text) => value.includes(text));
    if (within.length === 0) return value;
    const longestFirst = within.sort((one, other) => other.length - one.length);
    const pattern = new RegExp(longestFirst.map(escaped).join('|'), 'g');
    return value.replace(pattern, (text) => texts.get(text) as string);
  }
  if (Array.isArray(value)) return value.map((item) => rename(item, texts));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, rename(inner, texts)]));
}

/** Texts that differ at the same place of two answers. */
function collect(before: unknown, after: unknown, found: Map<string, string>): void {
  if (typeof before === 'string' && typeof after === 'string') {
    // An id comes before the outputs, among which the name may read the same.
    if (before !== after && before !== '' && !found.has(before)) found.set(before, after);
  } else if (typeof before === 'object' && before !== null && typeof after === 'object' && after !== null) {
    for (const [key, inner] of Object.entries(before))
      collect(inner, (after as Answer['outputs'])[key], found);
  }
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
