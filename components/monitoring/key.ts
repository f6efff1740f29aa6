import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { alarmKeyPolicy } from '../customer-key/index.ts';

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
      policy: alarmKeyPolicy(pulumi.interpolate`arn:${partition}:iam::${accountId}:root`),
      tags,
    },
    child,
  );
}
