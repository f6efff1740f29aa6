import * as aws from '@pulumi/aws';
import type * as pulumi from '@pulumi/pulumi';
import type { Scope } from './defaults.ts';

interface Watched {
  stateMachineArn: pulumi.Output<string>;
  failures: aws.sqs.Queue;
  undelivered: aws.sqs.Queue;
}

/** What somebody should look after; none where nobody is told. That a job blocks the queue, the queue itself tells. */
export function createAlarms(
  scope: Scope,
  { stateMachineArn, failures, undelivered }: Watched,
): aws.cloudwatch.MetricAlarm[] {
  if (scope.settings.alarmActionArns.length === 0) return [];
  const { name, settings } = scope;
  const dimensions = { StateMachineArn: stateMachineArn };
  return [
    createAlarm(scope, 'failures', `Files of ${name} have failed and wait in the failure queue`, {
      ...messagesIn(failures),
      threshold: 0,
    }),
    createAlarm(scope, 'undelivered', `Events of ${name} could not be delivered and wait in a queue`, {
      ...messagesIn(undelivered),
      threshold: 0,
    }),
    createAlarm(
      scope,
      'backlog',
      `Files of ${name} wait: from arrival to outcome it took more than ${settings.backlogMinutes} minutes. ` +
        'More vCPUs shorten it',
      {
        namespace: 'AWS/States',
        metricName: 'ExecutionTime',
        dimensions,
        statistic: 'Maximum',
        period: 300,
        // Of milliseconds.
        threshold: settings.backlogMinutes * 60_000,
      },
    ),
    createAlarm(
      scope,
      'executions',
      `Executions of ${name} have failed, were aborted or took too long, which may have left no message in a queue`,
      { metricQueries: endedBadly(dimensions), threshold: 0 },
    ),
  ];
}

function createAlarm(
  { name, settings, tags, child }: Scope,
  role: string,
  alarmDescription: string,
  metric: Partial<aws.cloudwatch.MetricAlarmArgs>,
): aws.cloudwatch.MetricAlarm {
  return new aws.cloudwatch.MetricAlarm(
    `${name}-${role}`,
    {
      alarmDescription,
      comparisonOperator: 'GreaterThanThreshold',
      evaluationPeriods: 1,
      treatMissingData: 'notBreaching',
      alarmActions: settings.alarmActionArns,
      okActions: settings.alarmActionArns,
      tags,
      ...metric,
    },
    child,
  );
}

/** SQS goes on counting for as long as the queue holds a message. */
function messagesIn(queue: aws.sqs.Queue) {
  return {
    namespace: 'AWS/SQS',
    metricName: 'ApproximateNumberOfMessagesVisible',
    dimensions: { QueueName: queue.name },
    statistic: 'Maximum',
    period: 300,
  };
}

function endedBadly(dimensions: Record<string, pulumi.Input<string>>) {
  const metrics = ['ExecutionsFailed', 'ExecutionsAborted', 'ExecutionsTimedOut'];
  return [
    {
      id: 'ended',
      label: 'Executions that did not succeed',
      expression: metrics.map((_, index) => `FILL(m${index}, 0)`).join(' + '),
      returnData: true,
    },
    ...metrics.map((metricName, index) => ({
      id: `m${index}`,
      metric: { namespace: 'AWS/States', metricName, dimensions, period: 300, stat: 'Sum' },
    })),
  ];
}
