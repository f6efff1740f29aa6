import type * as aws from '@pulumi/aws';
import type * as pulumi from '@pulumi/pulumi';
import type { PolicyStatement } from './iam.ts';
import { attachPolicy } from './role-policy.ts';

/** Who gets a permission: a role, or its name. */
export type Grantee = pulumi.Input<string | aws.iam.Role>;

/** The policy that gives a role a permission on what `owner` owns. */
export function grantTo(
  owner: pulumi.Resource,
  name: string,
  role: Grantee,
  statements: PolicyStatement[],
): aws.iam.RolePolicy {
  return attachPolicy(name, role, statements, { parent: owner });
}
