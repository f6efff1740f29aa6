import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { policyDocument, trustPolicy } from '../iam.ts';
import { defaultRetentionDays } from '../validation.ts';
import type { NetworkArgs } from './args.ts';

/** The flow log: accepted and refused connections, in a log group to which its role alone may write. */
export function flowLog(
  parent: pulumi.Resource,
  name: string,
  vpcId: pulumi.Output<string>,
  args: NetworkArgs,
): aws.ec2.FlowLog {
  const { tags } = args;
  const child = `${name}-flow-log`;
  const group = new aws.cloudwatch.LogGroup(
    child,
    { retentionInDays: args.flowLogRetentionDays ?? defaultRetentionDays, kmsKeyId: args.keyArn, tags },
    { parent },
  );
  const { accountId } = aws.getCallerIdentityOutput({}, { parent });
  const role = new aws.iam.Role(
    child,
    {
      description: 'Delivers the flow log of the VPC',
      assumeRolePolicy: trustPolicy('vpc-flow-logs.amazonaws.com', { sourceAccount: accountId }),
      tags,
    },
    { parent },
  );
  const policy = new aws.iam.RolePolicy(
    child,
    {
      role,
      policy: policyDocument([
        {
          sid: 'Deliver',
          actions: ['logs:CreateLogStream', 'logs:DescribeLogStreams', 'logs:PutLogEvents'],
          resources: [pulumi.interpolate`${group.arn}:*`],
        },
        // AWS checks this action on no single log group; a permission on ours alone would be refused.
        { sid: 'FindGroup', actions: ['logs:DescribeLogGroups'], resources: ['*'] },
      ]),
    },
    { parent },
  );
  return new aws.ec2.FlowLog(
    child,
    {
      vpcId,
      trafficType: args.flowLogTraffic ?? 'ALL',
      logDestination: group.arn,
      iamRoleArn: role.arn,
      maxAggregationInterval: 600,
      tags,
    },
    // A delivery that starts before the role may write fails, and shows as an error of the flow log.
    { parent, dependsOn: [policy] },
  );
}
