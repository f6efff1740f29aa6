import type * as aws from '@pulumi/aws';
import { parseSchedule } from '../../contract/cron.ts';
import { longestGapSeconds } from '../../contract/cron-times.ts';
import { createAlarm, messagesIn, unsuccessfulExecutions } from '../workflow/index.ts';
import type { Scope, Settings } from './defaults.ts';

/** The alarms of the task; none without `alarmActionArns`. */
export function createAlarms(
  scope: Scope,
  stateMachine: aws.sfn.StateMachine,
  deadLetters: aws.sqs.Queue,
): aws.cloudwatch.MetricAlarm[] {
  const { name, settings } = scope;
  const { alarmActionArns: actions, slowSeconds, timeLimitSeconds } = settings;
  if (actions.length === 0) return [];
  const dimensions = { StateMachineArn: stateMachine.arn };
  const watch = missedWatch(settings);
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
    ...(watch === undefined
      ? []
      : [
          createAlarm(scope, 'missed', actions, {
            alarmDescription: `No run of ${name} has begun for ${watch.evaluationPeriods * watch.period} s: one was missed, or none has run yet`,
            metricQueries: [
              {
                id: 'begun',
                expression: 'FILL(started, 0)',
                label: 'runs that have begun',
                returnData: true,
              },
              {
                id: 'started',
                metric: {
                  namespace: 'AWS/States',
                  metricName: 'ExecutionsStarted',
                  dimensions,
                  period: watch.period,
                  stat: 'Sum',
                },
              },
            ],
            comparisonOperator: 'LessThanThreshold',
            threshold: 1,
            evaluationPeriods: watch.evaluationPeriods,
            // Nothing is reported of a machine that does not run, and that is what the alarm is about.
            treatMissingData: 'breaching',
          }),
        ]),
  ];
}

/** CloudWatch looks back a day at most with periods below an hour, and seven days with longer ones (API reference,
 * PutMetricAlarm). */
const lookBacks = [
  { period: 60, most: 3 * 3600 },
  { period: 300, most: 86_400 },
  { period: 3600, most: 7 * 86_400 },
];

/** The periods in which at least one run must have begun; none for a task whose runs may be further apart than CloudWatch looks
 * back, or that does not run by its schedule. */
export function missedWatch({
  schedule,
  timeZone,
  graceSeconds,
  enabled,
}: Pick<Settings, 'schedule' | 'timeZone' | 'graceSeconds' | 'enabled'>):
  | { period: number; evaluationPeriods: number }
  | undefined {
  if (!enabled) return undefined;
  const seconds = longestGapSeconds(parseSchedule(schedule), timeZone) + graceSeconds;
  const found = lookBacks.find(({ most }) => seconds <= most);
  if (found === undefined) return undefined;
  return { period: found.period, evaluationPeriods: Math.ceil(seconds / found.period) };
}
