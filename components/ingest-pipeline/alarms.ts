import type * as aws from '@pulumi/aws';
import type * as pulumi from '@pulumi/pulumi';
import { createAlarm, formerly, messagesIn, unsuccessfulExecutions } from '../workflow/index.ts';
import type { Scope } from './defaults.ts';

interface Watched {
  stateMachineArn: pulumi.Output<string>;
  failures: aws.sqs.Queue;
  deadLetters: aws.sqs.Queue;
}

/** The alarms of the pipeline; none without `alarmActionArns`. `JobQueue` itself has the alarm on a job that blocks the
 * queue. */
export function createAlarms(
  scope: Scope,
  { stateMachineArn, failures, deadLetters }: Watched,
): aws.cloudwatch.MetricAlarm[] {
  const { name, settings } = scope;
  const { alarmActionArns: actions, backlogMinutes, sweep } = settings;
  // An execution that sweeps lasts longer than its file takes.
  const waitSeconds = sweep?.delaySeconds ?? 0;
  if (actions.length === 0) return [];
  const dimensions = { StateMachineArn: stateMachineArn };
  return [
    createAlarm(scope, 'failures', actions, {
      alarmDescription: `Files of ${name} have failed or could not be retracted. Each is a message in the failure queue until it is deleted there`,
      ...messagesIn(failures),
    }),
    createAlarm(formerly(scope, 'undelivered'), 'dead-letters', actions, {
      alarmDescription: `Events of ${name} started no execution or reached no receiver. They wait in the dead-letter queue`,
      ...messagesIn(deadLetters),
    }),
    createAlarm(scope, 'backlog', actions, {
      alarmDescription:
        `A file of ${name} took more than ${backlogMinutes} minutes from its arrival to its outcome. ` +
        'A higher maxVcpus lets more jobs run at once',
      namespace: 'AWS/States',
      metricName: 'ExecutionTime',
      dimensions,
      statistic: 'Maximum',
      period: 300,
      // In milliseconds.
      threshold: (backlogMinutes * 60 + waitSeconds) * 1000,
    }),
    createAlarm(scope, 'executions', actions, {
      alarmDescription: `Executions of ${name} failed, were aborted or timed out. Their files may be missing in the failure queue`,
      metricQueries: unsuccessfulExecutions(dimensions),
    }),
  ];
}
