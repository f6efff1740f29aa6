import type * as aws from '@pulumi/aws';
import { createAlarm } from '../alarm.ts';
import { reactionSeconds } from './scaling.ts';
import type { Scope } from './scope.ts';

/** Alarms that tell people, if they are to be told: messages wait for too long, or wait and none is done. */
export function createAlarms(scope: Scope): aws.cloudwatch.MetricAlarm[] {
  const { name, settings, child } = scope;
  const { alarmActionArns, acceptableLatencySeconds, secondsPerMessage, queue } = settings;
  if (alarmActionArns.length === 0) return [];
  const owner = { name, tags: settings.tags, child };
  const dimensions = { QueueName: queue.queueName };
  const minutes = Math.ceil((reactionSeconds + 3 * secondsPerMessage) / 60) + 5;
  return [
    createAlarm(owner, 'late', alarmActionArns, {
      alarmDescription:
        `The oldest message of ${name} has waited for longer than ${acceptableLatencySeconds} s. ` +
        `It runs up to ${settings.maxTasks} tasks (maxTasks)`,
      namespace: 'AWS/SQS',
      metricName: 'ApproximateAgeOfOldestMessage',
      dimensions,
      statistic: 'Maximum',
      period: 60,
      threshold: acceptableLatencySeconds,
      evaluationPeriods: 3,
    }),
    createAlarm(owner, 'takes-none', alarmActionArns, {
      alarmDescription: `Messages wait for ${name}, and it has done none for ${minutes} minutes`,
      metricQueries: [
        {
          id: 'stuck',
          expression: 'IF(visible > 0 AND FILL(deleted, 0) == 0, 1, 0)',
          label: 'messages wait and none is done',
          returnData: true,
        },
        { id: 'visible', metric: metric('ApproximateNumberOfMessagesVisible', 'Minimum', dimensions) },
        { id: 'deleted', metric: metric('NumberOfMessagesDeleted', 'Sum', dimensions) },
      ],
      evaluationPeriods: minutes,
    }),
  ];
}

function metric(
  metricName: string,
  stat: string,
  dimensions: aws.types.input.cloudwatch.MetricAlarmMetricQueryMetric['dimensions'],
) {
  return { namespace: 'AWS/SQS', metricName, dimensions, period: 60, stat };
}
