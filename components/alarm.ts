import * as aws from '@pulumi/aws';
import type * as pulumi from '@pulumi/pulumi';

interface Owner {
  /** The component's Pulumi name; its alarms are called `${name}-${role}`. */
  name: string;
  tags?: { [name: string]: pulumi.Input<string> } | undefined;
  child: { parent: pulumi.Resource; aliases?: pulumi.Alias[] };
}

/**
 * An alarm that tells people: it is on while a metric is above its threshold, 0 unless `metric` says otherwise, and sends a
 * message when it goes on and when it goes off. Without data it is off.
 *
 * @param role undefined for an alarm that is called as its owner
 */
export function createAlarm(
  { name, tags, child }: Owner,
  role: string | undefined,
  actions: pulumi.Input<string>[],
  metric: Partial<aws.cloudwatch.MetricAlarmArgs>,
): aws.cloudwatch.MetricAlarm {
  return new aws.cloudwatch.MetricAlarm(
    role === undefined ? name : `${name}-${role}`,
    {
      comparisonOperator: 'GreaterThanThreshold',
      threshold: 0,
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
