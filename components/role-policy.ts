import * as aws from '@pulumi/aws';
import type * as pulumi from '@pulumi/pulumi';
import { type PolicyStatement, policyDocument } from './iam.ts';

/** Ends the name of a policy that permits the use of a customer key and nothing else. */
export const keyUseSuffix = '-key-use';

/**
 * The inline policy of a role. What the role may do with a customer key stands in a policy of its own, which is made first:
 * it refers to the key alone, so that it can be there before what the key is to encrypt. In one policy with the other
 * permissions it would come after it, and until then the role would be refused.
 *
 * @param document makes the text of the other statements
 */
export function attachPolicy(
  name: string,
  role: pulumi.Input<string | aws.iam.Role>,
  statements: readonly PolicyStatement[],
  options: Pick<pulumi.CustomResourceOptions, 'parent'>,
  document: (statements: PolicyStatement[]) => pulumi.Output<string> = policyDocument,
): aws.iam.RolePolicy {
  const keyUse = statements.filter(usesKey);
  const others = statements.filter((statement) => !usesKey(statement));
  if (keyUse.length === 0 || others.length === 0) {
    return new aws.iam.RolePolicy(name, { role, policy: document([...statements]) }, options);
  }
  const first = new aws.iam.RolePolicy(
    `${name}${keyUseSuffix}`,
    { role, policy: policyDocument(keyUse) },
    options,
  );
  // A policy from before there were two loses these statements only when the other one has them.
  return new aws.iam.RolePolicy(name, { role, policy: document(others) }, { ...options, dependsOn: first });
}

function usesKey({ actions }: PolicyStatement): boolean {
  return actions.every((action) => action.startsWith('kms:'));
}
