import type { Plan } from './evaluate.ts';

/**
 * The components of a plan and which needs which, as a Mermaid flowchart: GitHub, GitLab and most editors draw it. An
 * arrow goes from the component whose resources refer to another's, to that one.
 */
export function toPicture({ stack, resources }: Plan): string {
  /** The component at the top of each resource's branch. */
  const tops = new Map<string, string>();
  const components = new Map<string, { type: string; name: string }>();
  for (const { urn, type, name, parent, parentUrn } of resources) {
    tops.set(urn, parent === null ? urn : (tops.get(parentUrn) ?? urn));
    if (parent === null && type.startsWith('trellis:')) components.set(urn, { type, name });
  }
  const ids = new Map([...components.keys()].map((key, i) => [key, `c${i}`]));
  const arrows = new Set<string>();
  for (const { urn, dependencies } of resources) {
    const from = ids.get(tops.get(urn) ?? '');
    for (const needed of dependencies) {
      const to = ids.get(tops.get(needed) ?? '');
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
