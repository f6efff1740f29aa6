import type { Alias } from '@pulumi/pulumi/proto/alias_pb.js';
import { nameOf, stackType, typeOf, urnOf } from './urn.ts';

interface Named {
  stack: string;
  project: string;
  parent: string;
  type: string;
  name: string;
}

/**
 * The URNs under which an earlier deployment may know a resource: its own aliases, and those that follow from its
 * parent's. The rules are the engine's (pkg/resource/deploy, `generateAliases`).
 *
 * @param ofParent the aliases of the parent
 */
export function aliasesOf(
  resource: Named,
  specs: readonly Alias[],
  urns: readonly string[],
  ofParent: readonly string[],
): string[] {
  const own = [...urns, ...specs.map((alias) => resolve(resource, alias))];
  const inherited = ofParent.flatMap((parent) =>
    [{ type: resource.type, name: resource.name }, ...own.map(parts)].map(({ type, name }) =>
      urnOf(resource.stack, resource.project, parent, type, renamed(name, nameOf(resource.parent), parent)),
    ),
  );
  const all = new Set([...own, ...inherited]);
  all.delete(urnOf(resource.stack, resource.project, resource.parent, resource.type, resource.name));
  return [...all];
}

function resolve({ stack, project, parent, type, name }: Named, alias: Alias): string {
  const spec = alias.getSpec();
  if (spec === undefined) return alias.getUrn();
  const under = spec.getNoparent() ? '' : spec.getParenturn() || parent;
  const root = typeOf(under) === stackType ? '' : under;
  return urnOf(
    spec.getStack() || stack,
    spec.getProject() || project,
    root,
    spec.getType() || type,
    spec.getName() || name,
  );
}

function parts(urn: string): { type: string; name: string } {
  return { type: typeOf(urn), name: nameOf(urn) };
}

/** A child that begins with its parent's name is taken to follow a rename of it. */
function renamed(name: string, parent: string, parentAlias: string): string {
  return name.startsWith(parent) ? nameOf(parentAlias) + name.slice(parent.length) : name;
}
