import type { EvaluatedResource } from './evaluate.ts';

/** A resource that `pulumi destroy` leaves. */
export interface Kept {
  readonly name: string;
  readonly type: string;
  readonly why: string;
}

/** What `pulumi destroy` would keep, or refuse to take away, and why. */
export function keptOf(resources: readonly EvaluatedResource[]): Kept[] {
  return resources.flatMap((resource) => {
    const why = reasonOf(resource);
    return why === undefined ? [] : [{ name: resource.name, type: resource.type, why }];
  });
}

function reasonOf({ type, inputs, options, component }: EvaluatedResource): string | undefined {
  if (component) return undefined;
  if (options.protect) return 'protected: Pulumi refuses to destroy the stack';
  if (options.retainOnDelete) return 'stays in AWS, and is no longer Pulumi’s';
  const protection = protections.find((one) => inputs[one] === true);
  if (protection !== undefined) return `${protection}: AWS refuses`;
  if (inputs.skipDestroy === true) return 'stays in AWS: earlier revisions are for a rollback';
  const emptied = emptiedBy[type];
  return emptied !== undefined && inputs[emptied] !== true ? `no ${emptied}: must be empty` : undefined;
}

const protections = ['deletionProtectionEnabled', 'enableDeletionProtection', 'deletionProtection'];

/** The input that lets the provider delete what is inside. */
const emptiedBy: Readonly<Record<string, string>> = {
  'aws:s3/bucket:Bucket': 'forceDestroy',
  'aws:ecr/repository:Repository': 'forceDelete',
};
