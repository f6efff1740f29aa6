import type * as aws from '@pulumi/aws';
import type * as pulumi from '@pulumi/pulumi';
import { createAlarm, endedBadly, messagesIn } from '../workflow/index.ts';
import type { Scope } from './defaults.ts';

interface Watched {
  stateMachineArn: pulumi.Output<string>;
  failures: aws.sqs.Queue;
  undelivered: aws.sqs.Queue;
}

/** What somebody should look after; none without `alarmActionArns`. The job queue itself has the alarm on a job that
 * blocks it. */
export function createAlarms(
  scope: Scope,
  { stateMachineArn, failures, undelivered }: Watched,
): aws.cloudwatch.MetricAlarm[] {
  const { name, settings } = scope;
  const { alarmActionArns: actions, backlogMinutes } = settings;
  if (actions.length === 0) return [];
  const dimensions = { StateMachineArn: stateMachineArn };
  return [
    createAlarm(scope, 'failures', actions, {
      alarmDescription: `Files of ${name} have failed and wait in the failure queue`,
      ...messagesIn(failures),
    }),
    createAlarm(scope, 'undelivered', actions, {
      alarmDescription: `Events of ${name} could not be delivered and wait in a queue`,
      ...messagesIn(undelivered),
    }),
    createAlarm(scope, 'backlog', actions, {
      alarmDescription:
        `Files of ${name} wait: from arrival to outcome it took more than ${backlogMinutes} minutes. ` +
        'More vCPUs shorten it',
      namespace: 'AWS/States',
      metricName: 'ExecutionTime',
      dimensions,
      statistic: 'Maximum',
      period: 300,
      // Of milliseconds.
      threshold: backlogMinutes * 60_000,
    }),
    createAlarm(scope, 'executions', actions, {
      alarmDescription: `Executions of ${name} have failed, were aborted or took too long, which may have left no message in a queue`,
      metricQueries: endedBadly(dimensions),
    }),
  ];
}
