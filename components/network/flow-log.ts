import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { policyDocument, trustPolicy } from '../iam.ts';
import { defaultRetentionDays } from '../validation.ts';
import type { NetworkArgs } from './args.ts';

/** Who talked to whom, and who was refused: into a log group, by a role that may write there and nowhere else. */
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
    { retentionInDays: args.flowLogRetentionDays ?? defaultRetentionDays, tags },
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
        // Listing log groups is decided on no single one of them: allowed on ours alone, it is refused.
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
    // Delivery that starts before the role may write fails, and is reported as an error of the flow log.
    { parent, dependsOn: [policy] },
  );
}
