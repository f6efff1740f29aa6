import * as aws from '@pulumi/aws';
import type * as pulumi from '@pulumi/pulumi';
import type { Scope } from './scope.ts';

/** An alarm that is on while a metric is above its threshold. Without data it is off. */
export function createAlarm(
  { name, tags, child }: Scope,
  role: string,
  actions: pulumi.Input<string>[],
  metric: Partial<aws.cloudwatch.MetricAlarmArgs>,
): aws.cloudwatch.MetricAlarm {
  return new aws.cloudwatch.MetricAlarm(
    `${name}-${role}`,
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

/** The number of executions that failed, were aborted or timed out. */
export function unsuccessfulExecutions(dimensions: Record<string, pulumi.Input<string>>) {
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
