import * as pulumi from '@pulumi/pulumi';
import type { DeclaredResource } from '../../components/declared.ts';
import { plain } from '../../stacks/evaluate/values.ts';
import { childrenOf } from '../../stacks/plan/declared.ts';
import type { PlannedResource } from '../../stacks/plan/planned.ts';
import { zonesOf } from '../../stacks/plan/simulate.ts';

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

/** What the component answers: mocks make it before its children. */
export function simulateVpc(
  name: string,
  region: string,
  inputs: Record<string, unknown>,
): Record<string, unknown> {
  const zones =
    (inputs.availabilityZoneNames as string[] | undefined) ??
    zonesOf(region).slice(0, Number(inputs.numberOfAvailabilityZones ?? 3));
  const specs = (inputs.subnetSpecs ?? []) as { type: string }[];
  const subnets = (type: string) =>
    specs.some((spec) => spec.type === type)
      ? zones.map((zone) => `subnet-${name}-${type.toLowerCase()}-${zone}`)
      : [];
  return {
    vpcId: `vpc-${name}`,
    vpc: { id: `vpc-${name}`, cidrBlock: inputs.cidrBlock, defaultSecurityGroupId: `sg-${name}-default` },
    publicSubnetIds: subnets('Public'),
    privateSubnetIds: subnets('Private'),
    isolatedSubnetIds: subnets('Isolated'),
    routeTables: specs
      .filter(({ type }) => type !== 'Unused')
      .flatMap(({ type }) => zones.map((zone) => ({ id: `rtb-${name}-${type.toLowerCase()}-${zone}` }))),
  };
}
