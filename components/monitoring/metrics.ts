import type * as pulumi from '@pulumi/pulumi';
import type {
  LogMetricArgs,
  MonitoredQueueArgs,
  MonitoredServiceArgs,
  MonitoredStateMachineArgs,
  MonitoredTableArgs,
} from './args.ts';

/** A CloudWatch metric, for alarms and the dashboard alike. */
export interface Metric {
  namespace: string;
  metricName: string;
  dimensions: { [name: string]: pulumi.Input<string> };
  /** Sum, Average, Maximum, or a percentile such as p95. */
  stat: string;
}

/** Latency of a service's entry point; undefined without one. Its value times `scale` is milliseconds. */
export function latency(
  service: MonitoredServiceArgs,
  stat: string,
): { metric: Metric; scale: number } | undefined {
  if (service.loadBalancerArnSuffix !== undefined) {
    const dimensions = balancerDimensions(service.loadBalancerArnSuffix, service);
    const metric = { namespace: 'AWS/ApplicationELB', metricName: 'TargetResponseTime', dimensions, stat };
    return { metric, scale: 1000 };
  }
  if (service.apiId !== undefined) {
    const dimensions = { ApiId: service.apiId };
    return { metric: { namespace: 'AWS/ApiGateway', metricName: 'Latency', dimensions, stat }, scale: 1 };
  }
  return undefined;
}

/** Requests and 5xx answers of a service's entry point. */
export function answers(service: MonitoredServiceArgs): Metric[] {
  const metrics = (namespace: string, dimensions: Metric['dimensions'], names: string[]): Metric[] =>
    names.map((metricName) => ({ namespace, metricName, dimensions, stat: 'Sum' }));
  if (service.loadBalancerArnSuffix !== undefined) {
    const dimensions = balancerDimensions(service.loadBalancerArnSuffix, service);
    return metrics('AWS/ApplicationELB', dimensions, [
      'RequestCount',
      'HTTPCode_Target_5XX_Count',
      // The load balancer counts what it answers itself for all of its services alone.
      ...(service.targetGroupArnSuffix === undefined ? ['HTTPCode_ELB_5XX_Count'] : []),
    ]);
  }
  return service.apiId === undefined
    ? []
    : metrics('AWS/ApiGateway', { ApiId: service.apiId }, ['Count', '5xx']);
}

function balancerDimensions(
  LoadBalancer: pulumi.Input<string>,
  { targetGroupArnSuffix: TargetGroup }: MonitoredServiceArgs,
): Metric['dimensions'] {
  return { LoadBalancer, ...(TargetGroup === undefined ? {} : { TargetGroup }) };
}

export function utilization(service: MonitoredServiceArgs, resource: 'CPU' | 'Memory'): Metric {
  return {
    namespace: 'AWS/ECS',
    metricName: `${resource}Utilization`,
    dimensions: { ClusterName: service.clusterName, ServiceName: service.serviceName },
    stat: 'Average',
  };
}

/** Throttled requests of a table and of its indexes. The events of an index have a dimension more, and those of its table
 * do not hold them (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html). */
export function throttles({ tableName, indexNames = [] }: MonitoredTableArgs): Metric[] {
  const dimensions = [
    { TableName: tableName },
    ...indexNames.map((index) => ({ TableName: tableName, GlobalSecondaryIndexName: index })),
  ];
  return dimensions.flatMap((of) =>
    ['ReadThrottleEvents', 'WriteThrottleEvents'].map((metricName) => ({
      namespace: 'AWS/DynamoDB',
      metricName,
      dimensions: of,
      stat: 'Sum',
    })),
  );
}

export function consumption({ tableName }: MonitoredTableArgs): Metric[] {
  return ['ConsumedReadCapacityUnits', 'ConsumedWriteCapacityUnits'].map((metricName) => ({
    namespace: 'AWS/DynamoDB',
    metricName,
    dimensions: { TableName: tableName },
    stat: 'Sum',
  }));
}

export function oldestMessage({ queueName }: MonitoredQueueArgs): Metric {
  return queueMetric('ApproximateAgeOfOldestMessage', queueName);
}

export function messages({ queueName }: { queueName: pulumi.Input<string> }): Metric {
  return queueMetric('ApproximateNumberOfMessagesVisible', queueName);
}

function queueMetric(metricName: string, queueName: pulumi.Input<string>): Metric {
  return { namespace: 'AWS/SQS', metricName, dimensions: { QueueName: queueName }, stat: 'Maximum' };
}

export function executions({ stateMachineArn }: MonitoredStateMachineArgs, outcomes: string[]): Metric[] {
  return outcomes.map((outcome) => ({
    namespace: 'AWS/States',
    metricName: `Executions${outcome}`,
    dimensions: { StateMachineArn: stateMachineArn },
    stat: 'Sum',
  }));
}

/** A metric that is counted from logs. Such metrics have no dimensions here; the namespace differs between stacks. */
export function logMetric(namespace: string, { name }: LogMetricArgs): Metric {
  return { namespace, metricName: name, dimensions: {}, stat: 'Sum' };
}
