import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { assertValid, checkWhole } from '../validation.ts';
import type { CustomerKeyArgs } from './args.ts';
import { keyPolicy } from './policy.ts';

/**
 * One KMS key for all that a stack keeps: tables, buckets, logs, queues, topics, parameters and images. The other
 * components take its ARN as `keyArn`, and give their roles the permissions on it.
 *
 * ```ts
 * const { keyArn } = new CustomerKey('key');
 * new DataStore('users', { partitionKey: 'username', keyArn });
 * new PrivateBucket('uploads', { keyArn });
 * ```
 *
 * **Costs** 1 USD a month (2 and 3 after the first and second yearly rotation), and 0.03 USD for 10,000 requests; buckets
 * use bucket keys, and tables, queues and logs keep data keys for minutes, so that a request of a caller is no request to
 * KMS.
 *
 * **Open to** the account's principals that IAM permits, through the services that keep the data only (`kms:ViaService`), and
 * to CloudWatch Logs, CloudWatch's alarms, EventBridge and CloudFront for this account. None can decrypt with it directly.
 *
 * **Given to what lives**, the key must come after the permissions to use it: components put those into policies that are called
 * `…-key-use` and need the key alone, so that the tables, buckets and queues can depend on them (`stacks/encryption.ts` has
 * a transformation for it). Else a role is refused until its own policy has changed.
 *
 * **Deleting** it ends all that it has encrypted: S3 objects and log lines keep the key that they were written with. So it is
 * protected, and a deletion can be cancelled for 30 days.
 *
 * Children: `<name>` (aws:kms/key:Key).
 *
 * @throws an error that lists every problem of the arguments
 */
export class CustomerKey extends pulumi.ComponentResource {
  readonly key: aws.kms.Key;
  readonly keyArn: pulumi.Output<string>;

  constructor(name: string, args: CustomerKeyArgs = {}, opts?: pulumi.ComponentResourceOptions) {
    assertValid('CustomerKey', name, [checkWhole('deletionWindowInDays', args.deletionWindowInDays, 7, 30)]);
    super('trellis:index:CustomerKey', name, {}, opts);
    const child = { parent: this };
    this.key = new aws.kms.Key(
      name,
      {
        description: args.description ?? 'Tables, buckets, logs, queues, topics, parameters and images',
        enableKeyRotation: true,
        deletionWindowInDays: args.deletionWindowInDays ?? 30,
        policy: keyPolicy(child),
        tags: args.tags,
      },
      {
        ...child,
        protect: args.deletionProtection ?? true,
        ...(args.formerUrn === undefined ? {} : { aliases: [args.formerUrn] }),
      },
    );
    this.keyArn = this.key.arn;
    this.registerOutputs({ keyArn: this.keyArn });
  }
}
