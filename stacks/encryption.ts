import * as pulumi from '@pulumi/pulumi';
import { CustomerKey } from '../components/index.ts';
import { keyUseSuffix } from '../components/role-policy.ts';
import type { Settings } from './settings/index.ts';

/** What encrypts the stack's data: the key, where the settings ask for one. */
export interface Encryption {
  keyArn?: pulumi.Output<string>;
}

/** What a role cannot use any more once it has the key, unless the role may use the key. Services that write logs and
 * messages of alarms are admitted by the key itself. */
const refusing = new Set([
  'aws:dynamodb/table:Table',
  'aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration',
  'aws:sqs/queue:Queue',
  'aws:ssm/parameter:Parameter',
]);

/**
 * Has every role permitted to use the key before anything is encrypted with it, for a stack that is given a key: its roles
 * work on while each table, bucket and queue changes. Components make roles after what these use, but the permissions
 * refer to the key alone (components/role-policy.ts).
 *
 * @returns lets the first of what is encrypted be made; call it when all roles are declared
 */
export function permitKeyFirst(settings: Settings): () => void {
  if (!settings['encryption.customerKey']) return () => undefined;
  const policies: pulumi.Resource[] = [];
  const { promise: permitted, resolve } = Promise.withResolvers<pulumi.Resource[]>();
  pulumi.runtime.registerStackTransformation(({ type, name, props, opts, resource }) => {
    if (type === 'aws:iam/rolePolicy:RolePolicy' && name.endsWith(keyUseSuffix)) policies.push(resource);
    if (!refusing.has(type)) return undefined;
    const own = pulumi.output(opts.dependsOn ?? []).apply((one) => [one].flat());
    return {
      props,
      opts: { ...opts, dependsOn: pulumi.all([own, permitted]).apply(([a, b]) => [...a, ...b]) },
    };
  });
  return () => resolve(policies);
}

/**
 * The stack's own key. Without it each service encrypts by a key of AWS's.
 *
 * A stack with a key for the messages of its alarms keeps that key, which now encrypts the rest too. There is no way back by
 * such an alias: the key would lose the policy by which data can be read, and nothing would refuse it.
 */
export function createEncryption(settings: Settings): Encryption {
  if (!settings['encryption.customerKey']) return {};
  const { keyArn } = new CustomerKey('encryption', {
    deletionProtection: settings.deletionProtection,
    formerUrn: pulumi.createUrn(
      'alarms-key',
      'aws:kms/key:Key',
      pulumi.createUrn('alarms', 'trellis:index:AlarmTopic'),
    ),
  });
  return { keyArn };
}
