import { keyOf, type Plan } from './evaluate.ts';

/**
 * The components of a plan and which needs which, as a Mermaid flowchart: GitHub, GitLab and most editors draw it. An
 * arrow goes from the component whose resources refer to another's, to that one.
 */
export function toPicture({ stack, resources }: Plan): string {
  /** The component at the top of each resource's branch. */
  const tops = new Map<string, string>();
  const byName = new Map<string, Set<string>>();
  const components = new Map<string, { type: string; name: string }>();
  for (const { type, name, parent, parentType } of resources) {
    const key = keyOf(type, name);
    const top = parent === null ? key : (tops.get(keyOf(parentType, parent)) ?? key);
    tops.set(key, top);
    byName.set(name, (byName.get(name) ?? new Set()).add(top));
    if (parent === null && type.startsWith('trellis:')) components.set(key, { type, name });
  }
  const ids = new Map([...components.keys()].map((key, i) => [key, `c${i}`]));
  const arrows = new Set<string>();
  for (const { type, name, options } of resources) {
    const from = ids.get(tops.get(keyOf(type, name)) ?? '');
    for (const needed of options.dependsOn ?? []) {
      // A name that several components have says nothing of which one is meant.
      const [top, ...others] = byName.get(needed) ?? [];
      const to = others.length === 0 ? ids.get(top ?? '') : undefined;
      if (from && to && from !== to) arrows.add(`  ${from} --> ${to}`);
    }
  }
  return [
    '---',
    `title: stack ${stack}`,
    '---',
    'flowchart LR',
    ...[...components].map(
      ([key, { type, name }]) => `  ${ids.get(key)}["${name}<br><small>${type.split(':').at(-1)}</small>"]`,
    ),
    ...[...arrows].sort(),
  ].join('\n');
}
