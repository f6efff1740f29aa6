import { unknownValue } from '../evaluate/marks.ts';
import type { Properties, Registered } from '../evaluate/registered.ts';
import { type ImageInputs, imageChildren } from './awsx-image.ts';
import { type VpcInputs, vpcChildren } from './awsx-vpc.ts';
import type { DeclaredResource } from './declared-resource.ts';
import { zonesOf } from './simulate.ts';

const contents: Record<string, (name: string, inputs: Properties, region: string) => DeclaredResource[]> = {
  'awsx:ec2:Vpc': (name, inputs, region) =>
    vpcChildren(name, inputs as unknown as VpcInputs, zonesOf(region)),
  // Its registry comes with a password of some hours.
  'awsx:ecr:Image': (name, inputs) =>
    imageChildren(name, inputs as unknown as ImageInputs).map((child) => ({
      ...child,
      inputs: { ...child.inputs, registries: unknownValue },
    })),
};

/** What is inside of a component of another package, whose own process would register it. */
export function childrenOf(
  { type, name, inputs }: Pick<Registered, 'type' | 'name' | 'inputs'>,
  region: string,
): DeclaredResource[] {
  return contents[type]?.(name, inputs, region) ?? [];
}
