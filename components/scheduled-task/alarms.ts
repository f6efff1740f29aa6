import type * as aws from '@pulumi/aws';
import type * as pulumi from '@pulumi/pulumi';
import { createAlarm, messagesIn, unsuccessfulExecutions } from '../workflow/index.ts';
import type { Scope } from './defaults.ts';
import { missedWatch } from './missed.ts';

/** The alarms of the task; none without `alarmActionArns`. */
export function createAlarms(
  scope: Scope,
  stateMachine: aws.sfn.StateMachine,
  watchMachine: aws.sfn.StateMachine | undefined,
  deadLetters: aws.sqs.Queue,
): aws.cloudwatch.MetricAlarm[] {
  const { name, settings } = scope;
  const { alarmActionArns: actions, slowSeconds, timeLimitSeconds } = settings;
  if (actions.length === 0) return [];
  const dimensions = { StateMachineArn: stateMachine.arn };
  return [
    createAlarm(scope, 'failed', actions, {
      alarmDescription: `A run of ${name} failed after all its attempts, was aborted or timed out`,
      metricQueries: unsuccessfulExecutions(dimensions),
    }),
    createAlarm(scope, 'slow', actions, {
      alarmDescription: `A run of ${name} took longer than ${slowSeconds} s. An attempt is stopped after ${timeLimitSeconds} s (timeLimitSeconds)`,
      namespace: 'AWS/States',
      metricName: 'ExecutionTime',
      dimensions,
      statistic: 'Maximum',
      period: 300,
      // In milliseconds.
      threshold: slowSeconds * 1000,
    }),
    createAlarm(scope, 'not-started', actions, {
      alarmDescription: `EventBridge Scheduler could not start runs of ${name}. They wait in the dead-letter queue ${name}-dead-letters with the reason`,
      ...messagesIn(deadLetters),
    }),
    ...missedAlarm(scope, dimensions, watchMachine),
  ];
}

/** The alarm on a run that has not begun: by the runs that have where CloudWatch looks back far enough, else by executions
 * that have waited for it. */
function missedAlarm(
  scope: Scope,
  dimensions: { StateMachineArn: pulumi.Output<string> },
  watchMachine: aws.sfn.StateMachine | undefined,
): aws.cloudwatch.MetricAlarm[] {
  const { name, settings } = scope;
  if (watchMachine !== undefined) {
    return [
      createAlarm(scope, 'missed', settings.alarmActionArns, {
        alarmDescription: `No run of ${name} has begun in time after the one before it`,
        namespace: 'AWS/States',
        metricName: 'ExecutionsFailed',
        dimensions: { StateMachineArn: watchMachine.arn },
        statistic: 'Sum',
        period: 300,
      }),
    ];
  }
  const { periods } = missedWatch(settings) ?? {};
  if (periods === undefined) return [];
  const { period, evaluationPeriods } = periods;
  return [
    createAlarm(scope, 'missed', settings.alarmActionArns, {
      alarmDescription: `No run of ${name} has begun for ${evaluationPeriods * period} s: one was missed, or none has run yet`,
      metricQueries: [
        { id: 'begun', expression: 'FILL(started, 0)', label: 'runs that have begun', returnData: true },
        {
          id: 'started',
          metric: {
            namespace: 'AWS/States',
            metricName: 'ExecutionsStarted',
            dimensions,
            period,
            stat: 'Sum',
          },
        },
      ],
      comparisonOperator: 'LessThanThreshold',
      threshold: 1,
      evaluationPeriods,
      // Nothing is reported of a machine that does not run, and that is what the alarm is about.
      treatMissingData: 'breaching',
    }),
  ];
}
