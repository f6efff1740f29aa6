import type * as aws from '@pulumi/aws';
import { createAlarm } from '../alarm.ts';
import type {
  LogMetricArgs,
  MonitoredQueueArgs,
  MonitoredServiceArgs,
  MonitoredStateMachineArgs,
  MonitoredTableArgs,
} from './args.ts';
import {
  executions,
  latency,
  logMetric,
  type Metric,
  messages,
  oldestMessage,
  throttles,
  utilization,
} from './metrics.ts';
import type { Scope } from './scope.ts';

/** Every alarm that was asked for. */
export function createAlarms(scope: Scope): aws.cloudwatch.MetricAlarm[] {
  const { services, tables, queues, stateMachines, logMetrics } = scope.args;
  return [
    ...(services ?? []).flatMap((service) => serviceAlarms(scope, service)),
    ...(tables ?? []).map((table) => throttleAlarm(scope, table)),
    ...(queues ?? []).filter(isWatched).map((queue) => queueAlarm(scope, queue)),
    ...(stateMachines ?? []).filter(isWatched).map((machine) => failureAlarm(scope, machine)),
    ...(logMetrics ?? []).map((metric) => logAlarm(scope, metric)),
  ];
}

function isWatched({ alarm = true }: { alarm?: boolean }): boolean {
  return alarm;
}

interface Condition {
  description: string;
  /** The alarm is on above this value. */
  threshold: number;
  minutes: number;
  periods: number;
  /** Number of those periods in which the value must be above the threshold. */
  datapoints: number;
}

/** An alarm on the sum of the metrics. Without data it is off: a service without requests has no latency. */
function alarmOn(
  scope: Scope,
  role: string,
  metrics: [Metric, ...Metric[]],
  { description, threshold, minutes, periods, datapoints }: Condition,
): aws.cloudwatch.MetricAlarm {
  return createAlarm(scope, role, scope.args.alarmActionArns ?? [], {
    ...watched(metrics, 60 * minutes),
    alarmDescription: description,
    threshold,
    evaluationPeriods: periods,
    datapointsToAlarm: datapoints,
  });
}

function watched([first, ...further]: [Metric, ...Metric[]], period: number) {
  if (further.length === 0) {
    const { namespace, metricName, dimensions, stat } = first;
    const statistic = stat.startsWith('p') ? { extendedStatistic: stat } : { statistic: stat };
    return { namespace, metricName, dimensions, period, ...statistic };
  }
  const metrics = [first, ...further];
  return {
    metricQueries: [
      {
        id: 'total',
        expression: metrics.map((_, index) => `FILL(m${index}, 0)`).join(' + '),
        returnData: true,
      },
      ...metrics.map((metric, index) => ({ id: `m${index}`, metric: { ...metric, period } })),
    ],
  };
}

const atOnce = { threshold: 0, minutes: 5, periods: 1, datapoints: 1 };

function serviceAlarms(scope: Scope, service: MonitoredServiceArgs): aws.cloudwatch.MetricAlarm[] {
  const { name, latencyMilliseconds = 1000, cpuPercent = 85, memoryPercent = 85 } = service;
  const p95 = latency(service, 'p95');
  const lasting = { minutes: 5, periods: 2, datapoints: 2 };
  return [
    ...(p95 === undefined
      ? []
      : [
          alarmOn(scope, `${name}-latency`, [p95.metric], {
            description: `5 % of the answers of ${name} took longer than ${latencyMilliseconds} ms in three of five minutes`,
            threshold: latencyMilliseconds / p95.scale,
            minutes: 1,
            periods: 5,
            datapoints: 3,
          }),
        ]),
    alarmOn(scope, `${name}-cpu`, [utilization(service, 'CPU')], {
      ...lasting,
      description: `CPU of ${name} was above ${cpuPercent} % for ten minutes, so scaling has reached its maximum: raise it`,
      threshold: cpuPercent,
    }),
    alarmOn(scope, `${name}-memory`, [utilization(service, 'Memory')], {
      ...lasting,
      description: `Memory of ${name} was above ${memoryPercent} % for ten minutes: at 100 % tasks are killed; give them more`,
      threshold: memoryPercent,
    }),
  ];
}

function throttleAlarm(scope: Scope, table: MonitoredTableArgs) {
  return alarmOn(scope, `${table.name}-throttles`, throttles(table) as [Metric, Metric], {
    ...atOnce,
    description: `DynamoDB throttled requests to the table ${table.name}${
      (table.indexNames ?? []).length > 0 ? ' or its indexes' : ''
    }: one key gets too many, or the table's cap is too low`,
  });
}

function queueAlarm(scope: Scope, queue: MonitoredQueueArgs) {
  const { name, deadLetter = false, maxAgeSeconds = 900 } = queue;
  if (deadLetter) {
    return alarmOn(scope, `${name}-dead-letters`, [messages(queue)], {
      ...atOnce,
      description: `The dead-letter queue ${name} holds messages that could not be processed`,
    });
  }
  return alarmOn(scope, `${name}-backlog`, [oldestMessage(queue)], {
    ...atOnce,
    description: `The oldest message of ${name} has waited longer than ${maxAgeSeconds} s`,
    threshold: maxAgeSeconds,
  });
}

function failureAlarm(scope: Scope, machine: MonitoredStateMachineArgs) {
  const failed = executions(machine, ['Failed', 'Aborted', 'TimedOut']) as [Metric, ...Metric[]];
  return alarmOn(scope, `${machine.name}-failures`, failed, {
    ...atOnce,
    description: `An execution of ${machine.name} failed, was aborted or timed out`,
  });
}

function logAlarm(scope: Scope, metric: LogMetricArgs) {
  const { name, title, threshold, periodMinutes = 5 } = metric;
  return alarmOn(scope, `log-${name}`, [logMetric(scope.namespace, metric)], {
    description: `${title}: more than ${threshold} within ${periodMinutes} minutes`,
    threshold,
    minutes: periodMinutes,
    periods: 1,
    datapoints: 1,
  });
}
