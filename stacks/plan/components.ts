import type { EvaluatedResource, Plan } from './evaluate.ts';

/** What stands at the top of a plan's tree, with all below it. */
export interface TopComponent {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  /** Itself first. */
  readonly resources: readonly EvaluatedResource[];
  /** URNs of the other components to whose resources its own refer. */
  readonly needs: readonly string[];
}

/** The components of a plan; what stands alone at the top is none. */
export function componentsOf({ resources }: Plan): TopComponent[] {
  const tops = new Map<string, string>();
  for (const { urn, parent, parentUrn } of resources) {
    tops.set(urn, parent === null ? urn : (tops.get(parentUrn) ?? urn));
  }
  const below = Map.groupBy(resources, ({ urn }) => tops.get(urn) ?? urn);
  const components = resources.filter(({ parent, component }) => parent === null && component);
  const known = new Set(components.map(({ urn }) => urn));
  return components.map(({ urn, type, name }) => {
    const own = below.get(urn) ?? [];
    const needed = own.flatMap(({ dependencies }) => dependencies.map((one) => tops.get(one) ?? one));
    const needs = [...new Set(needed)].filter((one) => one !== urn && known.has(one)).sort();
    return { urn, type, name, resources: own, needs };
  });
}
