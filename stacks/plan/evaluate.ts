import * as pulumi from '@pulumi/pulumi';
import { buildSite } from '../../site/build.ts';
import { deploy } from '../program.ts';
import { type Configuration, projectDirectory, readConfiguration } from './configuration.ts';
import { type PlannedResource, type RecorderOptions, record } from './recorder.ts';

export interface Plan {
  stack: string;
  /** In the order of the tree: a parent before its children, siblings by type and name. */
  resources: PlannedResource[];
  outputs: Record<string, unknown>;
}

/** Evaluates the program with the configuration of a stack, as `pulumi preview` of a new stack would. */
export async function evaluate(stack: string, overrides: string[] = []): Promise<Plan> {
  return evaluateWith(stack, readConfiguration(stack, overrides));
}

/** Evaluates the program with any configuration. */
export async function evaluateWith(
  stack: string,
  { project, config, secretKeys }: Configuration,
  options: Pick<RecorderOptions, 'unknownOutputs'> = {},
): Promise<Plan> {
  // The program names its sources relative to the project, where Pulumi runs it.
  process.chdir(projectDirectory);
  await buildSite();
  const region = config['aws:region'] ?? 'us-east-1';
  const { resources, stackOutputs } = await record(
    () => {
      pulumi.runtime.setAllConfig(config, secretKeys);
      return deploy();
    },
    { project, stack, region, preview: true, ...options },
  );
  return { stack, resources: inTreeOrder(resources), outputs: stackOutputs };
}

/** Depth first. Resources arrive in the order in which promises happened to settle. */
function inTreeOrder(resources: PlannedResource[]): PlannedResource[] {
  const byParent = Map.groupBy(resources, ({ parent, parentType }) => keyOf(parentType, parent));
  const below = (parent: string): PlannedResource[] =>
    (byParent.get(parent) ?? [])
      .sort((a, b) => compare(a.type, b.type) || compare(a.name, b.name))
      .flatMap((resource) => [resource, ...below(keyOf(resource.type, resource.name))]);
  return below(keyOf(null, null));
}

export function keyOf(type: string | null, name: string | null): string {
  return type === null ? '' : `${type}::${name}`;
}

/** By code unit: the same order in every locale. */
function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
