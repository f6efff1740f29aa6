import * as pulumi from '@pulumi/pulumi';
import { type ImageInputs, imageChildren } from '../../components/container-image/index.ts';
import type { DeclaredResource } from '../../components/declared.ts';
import { type VpcInputs, vpcChildren } from '../../components/network/index.ts';
import { plain } from './plain.ts';
import type { PlannedResource } from './planned.ts';

/** A registered resource, as the mocks see it. */
interface Registered {
  type: string;
  name: string;
  inputs: Record<string, unknown>;
  region: string;
  transforms?: pulumi.ResourceTransform[];
}

const contents: Record<string, (resource: Registered) => DeclaredResource[]> = {
  'awsx:ec2:Vpc': ({ name, inputs, region }) =>
    vpcChildren(name, inputs as unknown as VpcInputs, zonesOf(region)),
  'awsx:ecr:Image': ({ name, inputs }) => imageChildren(name, inputs as unknown as ImageInputs),
};

/** The zones of a simulated region; as many as any component uses. */
export function zonesOf(region: string): string[] {
  return ['a', 'b', 'c', 'd'].map((zone) => `${region}${zone}`);
}

/** What is inside of a component of another package, after the transforms that the program put on it: the engine
 * applies those to such children too. */
export async function declaredChildren(resource: Registered): Promise<PlannedResource[]> {
  const children = contents[resource.type]?.(resource) ?? [];
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
