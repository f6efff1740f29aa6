import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { policyDocument, trustPolicy } from '../iam.ts';
import type { Scope } from './scope.ts';

/**
 * Asks SQS for the queue's attributes every few hours. SQS stops reporting a queue that has not been used for six hours, and
 * needs up to 15 minutes to begin again, which the first message after a weekend would have to wait. Any request keeps the
 * queue in use (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/monitoring-using-cloudwatch.html).
 */
export function keepActive(scope: Scope): void {
  const { name, settings, child } = scope;
  const { queue, tags } = settings;
  const { accountId } = aws.getCallerIdentityOutput({}, child);
  const role = new aws.iam.Role(
    `${name}-keep-active`,
    {
      description: `Keeps the metrics of the queue of ${name} current`,
      assumeRolePolicy: trustPolicy('scheduler.amazonaws.com', { sourceAccount: accountId }),
      tags,
    },
    child,
  );
  const policy = new aws.iam.RolePolicy(
    `${name}-keep-active`,
    {
      role: role.name,
      policy: policyDocument([
        { sid: 'ReadAttributes', actions: ['sqs:GetQueueAttributes'], resources: [queue.queueArn] },
      ]),
    },
    child,
  );
  new aws.scheduler.Schedule(
    `${name}-keep-active`,
    {
      description: `Keeps the metrics of the queue of ${name} current`,
      scheduleExpression: 'rate(3 hours)',
      flexibleTimeWindow: { mode: 'FLEXIBLE', maximumWindowInMinutes: 15 },
      target: {
        arn: 'arn:aws:scheduler:::aws-sdk:sqs:getQueueAttributes',
        roleArn: role.arn,
        input: pulumi.jsonStringify({ QueueUrl: queue.queueUrl, AttributeNames: ['QueueArn'] }),
        retryPolicy: { maximumEventAgeInSeconds: 3600, maximumRetryAttempts: 3 },
      },
    },
    { ...child, dependsOn: policy },
  );
}
