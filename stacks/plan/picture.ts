import { componentsOf } from './components.ts';
import type { Plan } from './evaluate.ts';

/**
 * The components of a plan and which needs which, as a Mermaid flowchart: GitHub, GitLab and most editors draw it. An
 * arrow goes from the component whose resources refer to another's, to that one.
 */
export function toPicture(plan: Plan): string {
  const components = componentsOf(plan);
  const ids = new Map(components.map(({ urn }, i) => [urn, `c${i}`]));
  const arrows = components.flatMap(({ urn, needs }) =>
    needs.map((other) => `  ${ids.get(urn)} --> ${ids.get(other)}`),
  );
  return [
    '---',
    `title: stack ${plan.stack}`,
    '---',
    'flowchart LR',
    ...components.map(
      ({ urn, type, name }) => `  ${ids.get(urn)}["${name}<br><small>${type.split(':').at(-1)}</small>"]`,
    ),
    ...arrows.sort(),
  ].join('\n');
}
