import type * as pulumi from '@pulumi/pulumi';

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
