import * as pulumi from '@pulumi/pulumi';
import { plain } from '../../stacks/evaluate/values.ts';
import { childrenOf } from '../../stacks/plan/declared.ts';
import type { DeclaredResource } from '../../stacks/plan/declared-resource.ts';
import type { PlannedResource } from '../../stacks/plan/planned.ts';

/** A registered resource, as the mocks see it. */
interface Registered {
  type: string;
  name: string;
  inputs: Record<string, unknown>;
  region: string;
  transforms?: pulumi.ResourceTransform[];
}

/** What is inside of a component of another package, after the transforms that the program put on it: the engine
 * applies those to such children too. */
export async function declaredChildren(resource: Registered): Promise<PlannedResource[]> {
  const children = childrenOf(resource, resource.region);
  return Promise.all(children.map((child) => transformed(child, resource.transforms ?? [])));
}

async function transformed(
  child: DeclaredResource,
  transforms: pulumi.ResourceTransform[],
): Promise<PlannedResource> {
  let { inputs } = child;
  let opts: pulumi.CustomResourceOptions = {};
  for (const transform of transforms) {
    const { type, name } = child;
    const result = await transform({ custom: true, type, name, props: inputs, opts });
    inputs = result?.props ?? inputs;
    opts = result?.opts ?? opts;
  }
  const options = {
    ...(opts.retainOnDelete === true ? { retainOnDelete: true as const } : {}),
    ...(opts.ignoreChanges === undefined ? {} : { ignoreChanges: opts.ignoreChanges }),
  };
  // As the engine would receive them: what a transform sets may be known later, or never in a preview.
  const sent = plain(await pulumi.runtime.serializeProperties(child.name, inputs));
  return { ...child, inputs: sent as typeof inputs, options, declared: true };
}
