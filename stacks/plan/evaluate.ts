import { evaluateInline } from '../evaluate/inline.ts';
import type { Cloud, Evaluation, Registered } from '../evaluate/registered.ts';
import { nameOf, stackType, typeOf } from '../evaluate/urn.ts';
import { plain } from '../evaluate/values.ts';
import type { Waiver } from '../policy/index.ts';
import { simulatedCloud } from './cloud.ts';
import { type Configuration, projectDirectory, readConfiguration } from './configuration.ts';
import type { PlannedOptions, PlannedResource } from './planned.ts';

export interface Plan {
  stack: string;
  /** In the order of the tree: a parent before its children, siblings by type and name. */
  resources: EvaluatedResource[];
  outputs: Record<string, unknown>;
  /** Why another program may break rules of the policy; this project has its own reasons. */
  waivers?: readonly Waiver[];
}

export interface EvaluatedResource extends PlannedResource {
  urn: string;
  /** URN of the parent; the stack's at the top. */
  parentUrn: string;
  /** URNs of what it refers to or must come after. */
  dependencies: readonly string[];
}

/** Evaluates the program with the configuration of a stack, as `pulumi preview` of a new stack would. */
export async function evaluate(stack: string, overrides: string[] = []): Promise<Plan> {
  return evaluateWith(stack, readConfiguration(stack, overrides));
}

/** Evaluates the program with any configuration, in any cloud. */
export async function evaluateWith(
  stack: string,
  configuration: Configuration,
  cloud: (region: string) => Cloud = simulatedCloud,
): Promise<Plan> {
  return planOf(stack, await evaluateOwn(stack, configuration, cloud(regionOf(configuration))));
}

export async function evaluateOwn(
  stack: string,
  configuration: Configuration,
  cloud: Cloud,
): Promise<Evaluation> {
  // The program names its sources relative to the project, where Pulumi runs it.
  process.chdir(projectDirectory);
  // Loaded here, since a plan of another program has no use for them.
  const [{ buildSite }, { deploy }] = await Promise.all([
    import('../../site/build.ts'),
    import('../program.ts'),
  ]);
  await buildSite();
  return evaluateInline(deploy, { stack, ...configuration }, cloud);
}

export function regionOf({ config }: Configuration): string {
  return config['aws:region'] ?? 'us-east-1';
}

export function planOf(stack: string, { resources, outputs }: Evaluation): Plan {
  return {
    stack,
    resources: inTreeOrder(resources.map((resource) => describe(resource, resources))),
    outputs: plain(outputs) as Record<string, unknown>,
  };
}

function describe(resource: Registered, all: readonly Registered[]): EvaluatedResource {
  const { urn, type, name, parent, custom, declared, remote, inputs, dependencies } = resource;
  const isTop = typeOf(parent) === stackType;
  return {
    urn,
    type,
    name,
    parent: isTop ? null : nameOf(parent),
    parentType: isTop ? null : typeOf(parent),
    parentUrn: parent,
    ...(custom || remote ? {} : { component: true }),
    ...(declared ? { declared: true } : {}),
    ...(remote && !all.some((child) => child.parent === urn) ? { opaque: true } : {}),
    inputs: plain(inputs) as Record<string, unknown>,
    options: optionsOf(resource),
    dependencies,
  };
}

function optionsOf(resource: Registered): PlannedOptions {
  const { protect, retainOnDelete, deleteBeforeReplace, ignoreChanges, replaceOnChanges } = resource;
  return {
    ...(protect ? { protect: true } : {}),
    ...(retainOnDelete ? { retainOnDelete: true } : {}),
    ...(deleteBeforeReplace ? { deleteBeforeReplace: true } : {}),
    ...(ignoreChanges.length > 0 ? { ignoreChanges } : {}),
    ...(replaceOnChanges.length > 0 ? { replaceOnChanges } : {}),
    ...(resource.aliases.length > 0 ? { aliases: resource.aliases.length } : {}),
    ...(resource.dependencies.length > 0 ? { dependsOn: resource.dependencies.map(nameOf).sort() } : {}),
  };
}

/** Depth first. Resources arrive in the order in which promises happened to settle. */
function inTreeOrder(resources: EvaluatedResource[]): EvaluatedResource[] {
  const byParent = Map.groupBy(resources, ({ parentUrn }) => parentUrn);
  const below = (parent: string): EvaluatedResource[] =>
    (byParent.get(parent) ?? [])
      .sort((a, b) => compare(a.type, b.type) || compare(a.name, b.name))
      .flatMap((resource) => [resource, ...below(resource.urn)]);
  return below(resources.find(({ parent }) => parent === null)?.parentUrn ?? '');
}

/** By code unit: the same order in every locale. */
function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
