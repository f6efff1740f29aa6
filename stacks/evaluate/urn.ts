/** Pulumi's names of resources: `urn:pulumi:<stack>::<project>::<types of its ancestors and its own>::<name>`. */

export const stackType = 'pulumi:pulumi:Stack';

/** @param parent URN of the parent; the stack itself does not show in its children's URNs */
export function urnOf(stack: string, project: string, parent: string, type: string, name: string): string {
  const ancestors = parent === '' || typeOf(parent) === stackType ? '' : `${qualifiedTypeOf(parent)}$`;
  return `urn:pulumi:${stack}::${project}::${ancestors}${type}::${name}`;
}

/** Logical name. */
export function nameOf(urn: string): string {
  return urn.split('::').slice(3).join('::');
}

export function typeOf(urn: string): string {
  return qualifiedTypeOf(urn).split('$').at(-1) ?? '';
}

function qualifiedTypeOf(urn: string): string {
  return urn.split('::')[2] ?? '';
}
