import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { resourcePolicy } from '../iam.ts';
import type { Scope } from './defaults.ts';

/**
 * The alarm on a job that blocks the queue. Batch has no metric for it but an event; events are kept in a queue for
 * an hour, and the alarm is on while that holds any. Nothing where nobody is told.
 */
export function createBlockedAlarm(
  scope: Scope,
  queue: aws.batch.JobQueue,
): aws.cloudwatch.MetricAlarm | undefined {
  const { name, tags, child, settings } = scope;
  if (settings.alarmActionArns.length === 0) return undefined;
  const latch = new aws.sqs.Queue(
    `${name}-blocked`,
    { messageRetentionSeconds: 3600, sqsManagedSseEnabled: true, tags },
    child,
  );
  const rule = new aws.cloudwatch.EventRule(
    `${name}-blocked`,
    {
      description: `A job blocks the queue of ${name}`,
      eventPattern: pulumi.jsonStringify({
        source: ['aws.batch'],
        'detail-type': ['Batch Job Queue Blocked'],
        resources: [queue.arn],
      }),
      tags,
    },
    child,
  );
  new aws.sqs.QueuePolicy(
    `${name}-blocked`,
    {
      queueUrl: latch.url,
      policy: resourcePolicy(
        [latch.arn],
        ['sqs:*'],
        [
          {
            service: 'events.amazonaws.com',
            actions: ['sqs:SendMessage'],
            resources: [latch.arn],
            conditions: { ArnEquals: { 'aws:SourceArn': rule.arn } },
          },
        ],
      ),
    },
    child,
  );
  new aws.cloudwatch.EventTarget(
    `${name}-blocked`,
    {
      rule: rule.name,
      arn: latch.arn,
      retryPolicy: { maximumEventAgeInSeconds: 3600, maximumRetryAttempts: 20 },
    },
    child,
  );
  return new aws.cloudwatch.MetricAlarm(
    `${name}-blocked`,
    {
      alarmDescription:
        `A job blocks the queue of ${name}: it waits for capacity, or for more than maxVcpus. After ` +
        `${settings.stuckSeconds} s it is cancelled`,
      namespace: 'AWS/SQS',
      metricName: 'ApproximateNumberOfMessagesVisible',
      dimensions: { QueueName: latch.name },
      statistic: 'Maximum',
      period: 300,
      evaluationPeriods: 1,
      comparisonOperator: 'GreaterThanThreshold',
      threshold: 0,
      treatMissingData: 'notBreaching',
      alarmActions: settings.alarmActionArns,
      okActions: settings.alarmActionArns,
      tags,
    },
    child,
  );
}
