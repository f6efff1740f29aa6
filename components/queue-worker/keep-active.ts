import * as pulumi from '@pulumi/pulumi';
import { createSchedule } from '../schedule.ts';
import type { Scope } from './scope.ts';

/**
 * Asks SQS for the queue's attributes every few hours. SQS stops reporting a queue that has not been used for six hours, and
 * needs up to 15 minutes to begin again, which the first message after a weekend would have to wait. Any request keeps the
 * queue in use (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/monitoring-using-cloudwatch.html).
 */
export function keepActive({ name, settings, child }: Scope): void {
  const { queue, tags } = settings;
  createSchedule(
    `${name}-keep-active`,
    {
      description: `Keeps the metrics of the queue of ${name} current`,
      schedule: {
        scheduleExpression: 'rate(3 hours)',
        flexibleTimeWindow: { mode: 'FLEXIBLE', maximumWindowInMinutes: 15 },
      },
      target: {
        arn: 'arn:aws:scheduler:::aws-sdk:sqs:getQueueAttributes',
        input: pulumi.jsonStringify({ QueueUrl: queue.queueUrl, AttributeNames: ['QueueArn'] }),
        retryPolicy: { maximumEventAgeInSeconds: 3600, maximumRetryAttempts: 3 },
      },
      statements: [
        { sid: 'ReadAttributes', actions: ['sqs:GetQueueAttributes'], resources: [queue.queueArn] },
      ],
      tags,
    },
    child,
  );
}
