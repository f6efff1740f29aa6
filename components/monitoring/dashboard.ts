import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import {
  answers,
  consumption,
  executions,
  latency,
  logMetric,
  type Metric,
  messages,
  throttles,
  utilization,
} from './metrics.ts';
import type { Scope } from './scope.ts';

/** One dashboard of all that is watched, alarms first. */
export function createDashboard(
  scope: Scope,
  alarms: pulumi.Input<string>[],
  region: pulumi.Output<string>,
): aws.cloudwatch.Dashboard {
  return new aws.cloudwatch.Dashboard(
    `${scope.name}-dashboard`,
    {
      dashboardName: scope.namespace.replace('/', '-').replace(/[^\w-]/g, '-'),
      dashboardBody: pulumi.jsonStringify({ widgets: arrange(widgetsOf(scope, alarms, region)) }),
    },
    scope.child,
  );
}

interface Widget {
  type: 'alarm' | 'metric' | 'log';
  /** Columns, of 24. */
  width: number;
  height: number;
  properties: Record<string, unknown>;
}

/** Gives each widget coordinates, left to right and then in the next row, as CloudWatch requires them. */
export function arrange(widgets: Widget[]): (Widget & { x: number; y: number })[] {
  let x = 0;
  let y = 0;
  let rowHeight = 0;
  return widgets.map((widget) => {
    if (x + widget.width > 24) {
      x = 0;
      y += rowHeight;
      rowHeight = 0;
    }
    const placed = { ...widget, x, y };
    x += widget.width;
    rowHeight = Math.max(rowHeight, widget.height);
    return placed;
  });
}

function widgetsOf(scope: Scope, alarms: pulumi.Input<string>[], region: pulumi.Output<string>): Widget[] {
  const { args, namespace } = scope;
  const graph = (title: string, metrics: Metric[], width = 8, period = 60): Widget => ({
    type: 'metric',
    width,
    height: 6,
    properties: { title, region, view: 'timeSeries', period, metrics: metrics.map(toWidgetMetric) },
  });
  const services = (args.services ?? []).flatMap((service) => {
    const times = ['p50', 'p95', 'p99'].flatMap((stat) => latency(service, stat)?.metric ?? []);
    const requests = answers(service);
    return [
      ...(requests.length === 0 ? [] : [graph(`${service.name}: requests and 5xx`, requests)]),
      ...(times.length === 0 ? [] : [graph(`${service.name}: latency`, times)]),
      graph(`${service.name}: CPU and memory, percent`, [
        utilization(service, 'CPU'),
        utilization(service, 'Memory'),
      ]),
    ];
  });
  const tables = args.tables ?? [];
  const machines = args.stateMachines ?? [];
  const queues = args.queues ?? [];
  const counts = args.logMetrics ?? [];
  return [
    ...(alarms.length === 0
      ? []
      : [{ type: 'alarm' as const, width: 24, height: 3, properties: { title: 'Alarms', alarms } }]),
    ...services,
    ...(tables.length === 0
      ? []
      : [
          graph('Tables: consumed units a minute', tables.flatMap(consumption), 12),
          graph('Tables: throttled requests', tables.flatMap(throttles), 12),
        ]),
    ...machines.map((machine) =>
      graph(
        `${machine.name}: executions`,
        executions(machine, ['Started', 'Succeeded', 'Failed', 'Aborted', 'TimedOut']),
        12,
        300,
      ),
    ),
    ...(queues.length === 0 ? [] : [graph('Queues: messages', queues.map(messages), 12)]),
    ...counts.map((count) =>
      graph(count.title, [logMetric(namespace, count)], 12, 60 * (count.periodMinutes ?? 5)),
    ),
    ...(args.logQueries ?? []).map(({ title, logGroupName, query }) => ({
      type: 'log' as const,
      width: 24,
      height: 8,
      properties: {
        title,
        region,
        view: 'table',
        query: pulumi.interpolate`SOURCE '${logGroupName}' | ${query}`,
      },
    })),
  ];
}

/** A metric in the dashboard's notation: namespace, name, then dimensions by name and value, then options. */
function toWidgetMetric({ namespace, metricName, dimensions, stat }: Metric): unknown[] {
  return [namespace, metricName, ...Object.entries(dimensions).flat(), { stat }];
}
