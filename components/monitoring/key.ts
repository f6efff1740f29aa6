import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { keyManagementActions } from '../iam.ts';

/** A key with which alarms may encrypt messages. */
export function createKey(
  name: string,
  accountId: pulumi.Output<string>,
  tags: { [name: string]: pulumi.Input<string> },
  child: pulumi.CustomResourceOptions,
): aws.kms.Key {
  const { partition } = aws.getPartitionOutput({}, child);
  return new aws.kms.Key(
    name,
    {
      description: 'Messages of alarms',
      enableKeyRotation: true,
      deletionWindowInDays: 7,
      policy: keyPolicy(pulumi.interpolate`arn:${partition}:iam::${accountId}:root`),
      tags,
    },
    child,
  );
}

/** In a key's policy the resource `*` is the key itself. The account's administrators can manage it, but not decrypt. */
function keyPolicy(account: pulumi.Output<string>): pulumi.Output<string> {
  return pulumi.jsonStringify({
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'Manage',
        Effect: 'Allow',
        Principal: { AWS: account },
        Action: management,
        Resource: '*',
      },
      {
        Sid: 'Publish',
        Effect: 'Allow',
        // Alarms of any account: AWS documents no condition here, and a wrong one would silence every alarm. The topic's
        // policy admits only those of this account.
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
        Resource: '*',
      },
    ],
  });
}

/** The account may also list the grants of the key. */
const management = [...keyManagementActions, 'kms:ListGrants'].sort();
