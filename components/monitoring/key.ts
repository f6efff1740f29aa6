import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { keyManagementActions } from '../iam.ts';

/** A key that alarms may encrypt messages with. */
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

/** The resource `*` of a key's policy is the key. The account's administrators manage it, but decrypt nothing. */
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
        // Of any account: AWS documents no condition here, and a wrong one would silence every alarm. The topic's
        // policy admits this account's alone.
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
        Resource: '*',
      },
    ],
  });
}

/** The account may also see to whom a service has lent the key. */
const management = [...keyManagementActions, 'kms:ListGrants'].sort();
