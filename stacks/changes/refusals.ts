import type { Properties } from '../evaluate/registered.ts';
import { nameOf } from '../evaluate/urn.ts';
import { revealed } from '../evaluate/values.ts';
import { worldOf } from '../identities/claims.ts';
import type { Conflict } from './conflicts.ts';
import type { Step } from './engine.ts';
import { claimantOf } from './living.ts';

// biome-ignore lint/suspicious/noExplicitAny: a refusal reads what is there, whatever its shape.
type Inputs = Record<string, any>;

/** Why a step is refused, whatever else happens. */
export function refusalOf(step: Step, steps: readonly Step[]): string | undefined {
  return (
    protection(step) ?? notEmpty(step) ?? otherVpc(step, steps) ?? inUse(step) ?? keepsWhatGoes(step, steps)
  );
}

/** The refusals of a change, as conflicts. */
export function refusalsOf(steps: readonly Step[]): Conflict[] {
  return steps.flatMap((step) => {
    const why = refusalOf(step, steps);
    return why === undefined
      ? []
      : [{ identity: nameOf(step.urn), resources: [nameOf(step.urn)], why, urn: step.urn, effect: why }];
  });
}

function protection({ action, before, after }: Step): string | undefined {
  if (before === undefined || (action !== 'delete' && action !== 'replace')) return undefined;
  // The engine lets a resource be replaced in the step that takes its protection off, but not be deleted
  // (pkg/resource/deploy/step_generator.go).
  if (before.resource.protect && after?.resource.protect !== false) {
    return `refused by protection: Pulumi does not ${action} what is protected; take the protection off in a step of its own`;
  }
  const inputs = revealed(before.resource.inputs) as Inputs;
  if (before.resource.retainOnDelete) return undefined;
  if (inputs.enableDeletionProtection === true || inputs.deletionProtectionEnabled === true) {
    return `refused by protection: AWS does not delete the old one while its deletion protection is on; take it off in a step of its own`;
  }
  return undefined;
}

/** A bucket or repository that is kept from going with what it holds. */
function notEmpty({ action, before }: Step): string | undefined {
  if (before === undefined || before.resource.retainOnDelete) return undefined;
  if (action !== 'delete' && action !== 'replace') return undefined;
  const { type, inputs } = before.resource;
  if (type === 'aws:s3/bucket:Bucket' && inputs.forceDestroy !== true) {
    return 'refused by AWS: BucketNotEmpty, unless it is emptied first (https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucket.html)';
  }
  if (type === 'aws:ecr/repository:Repository' && inputs.forceDelete !== true) {
    return 'refused by AWS: RepositoryNotEmptyException, unless it is emptied first (https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DeleteRepository.html)';
  }
  return undefined;
}

/** A load balancer stays in its VPC. */
function otherVpc(step: Step, steps: readonly Step[]): string | undefined {
  const { action, before, after } = step;
  if (action !== 'update' || after?.resource.type !== 'aws:lb/loadBalancer:LoadBalancer') return undefined;
  const vpcs = (when: 'before' | 'after', { subnets = [] }: Inputs) => {
    const world = worldOf(steps.flatMap((one) => one[when] ?? []).map(claimantOf));
    return new Set((subnets as string[]).map((id) => world.get(id)?.inputs.vpcId));
  };
  const [old, now] = [
    vpcs('before', revealed(before?.resource.inputs) as Properties),
    vpcs('after', revealed(after.resource.inputs) as Properties),
  ];
  if ([...now].every((vpc) => vpc === undefined || old.has(vpc))) return undefined;
  return 'refused by AWS: InvalidConfigurationRequest, its new subnets and security groups are of another VPC (https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_SetSubnets.html)';
}

/** CloudFront changes a VPC origin only while no distribution uses it. */
function inUse({ action, after, differences }: Step): string | undefined {
  if (action !== 'update' || after?.resource.type !== 'aws:cloudfront/vpcOrigin:VpcOrigin') return undefined;
  if (!differences.some(({ path }) => path.startsWith('vpcOriginEndpointConfig'))) return undefined;
  return 'refused by AWS: CannotUpdateEntityWhileInUse, a distribution uses it (https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_UpdateVpcOrigin.html)';
}

/** A replaced resource gets what `ignoreChanges` keeps from the old one, also where that names what goes. */
function keepsWhatGoes({ urn, action, before, after }: Step, steps: readonly Step[]): string | undefined {
  if (action !== 'replace' || after === undefined) return undefined;
  const kept = after.resource.ignoreChanges.map((key) => before?.resource.inputs[key]);
  const text = JSON.stringify(kept);
  const gone = steps.find(
    (one) =>
      one.urn !== urn &&
      (one.action === 'replace' || one.action === 'delete') &&
      one.before?.answer.id !== undefined &&
      text.includes(`"${one.before.answer.id}"`),
  );
  if (gone === undefined) return undefined;
  return `refused: the new one keeps ${after.resource.ignoreChanges.join(', ')} of the old one, with ${nameOf(gone.urn)}, which goes (https://www.pulumi.com/docs/iac/concepts/options/ignorechanges/)`;
}
