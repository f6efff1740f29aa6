import * as aws from '@pulumi/aws';
import type * as pulumi from '@pulumi/pulumi';
import type { Scope } from './scope.ts';

/** The number of messages in a queue. SQS reports it for as long as the queue holds one. */
export function messagesIn(queue: aws.sqs.Queue) {
  return {
    namespace: 'AWS/SQS',
    metricName: 'ApproximateNumberOfMessagesVisible',
    dimensions: { QueueName: queue.name },
    statistic: 'Maximum',
    period: 300,
  };
}

/** The alarm on a dead-letter queue that holds a message. */
export function createHeldAlarm(scope: Scope, alarm: string, queue: aws.sqs.Queue) {
  return createAlarm(scope, alarm, {
    alarmDescription: `The dead-letter queue ${alarm} holds messages that could not be processed`,
    threshold: 0,
    ...messagesIn(queue),
  });
}

/** The alarm on messages that wait for too long, since their consumers are too few or have failed. */
export function createAgeAlarm(scope: Scope, maxAgeSeconds: number, queue: aws.sqs.Queue) {
  return createAlarm(scope, `${scope.name}-backlog`, {
    alarmDescription: `The oldest message of ${scope.name} has waited longer than ${maxAgeSeconds} s`,
    threshold: maxAgeSeconds,
    ...messagesIn(queue),
    metricName: 'ApproximateAgeOfOldestMessage',
  });
}

/** Without data the alarm is off: SQS reports nothing of a queue that has been empty for hours. */
function createAlarm(
  { alarmActionArns, tags, child }: Scope,
  name: string,
  metric: Partial<aws.cloudwatch.MetricAlarmArgs>,
): aws.cloudwatch.MetricAlarm | undefined {
  if (alarmActionArns.length === 0) return undefined;
  const actions: pulumi.Input<string>[] = alarmActionArns;
  return new aws.cloudwatch.MetricAlarm(
    name,
    {
      comparisonOperator: 'GreaterThanThreshold',
      evaluationPeriods: 1,
      treatMissingData: 'notBreaching',
      alarmActions: actions,
      okActions: actions,
      tags,
      ...metric,
    },
    child,
  );
}
