import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { assertValid } from '../validation.ts';
import { createAlarms } from './alarms.ts';
import type { MonitoringArgs } from './args.ts';
import { createDashboard } from './dashboard.ts';
import type { Scope } from './scope.ts';
import { problemsOf } from './validate.ts';

/**
 * Alarms for what slows down or breaks, and a dashboard of it: services, tables, queues, state machines and log lines.
 * `FargateService` itself watches the share of 5xx answers, since its releases depend on it.
 *
 * ```ts
 * new Monitoring('monitoring', {
 *   alarmActionArns: [topic.topicArn],
 *   dashboard: true,
 *   services: [{ name: 'api', clusterName: api.clusterName, serviceName: api.serviceName }],
 *   tables: [{ name: 'users', tableName: users.tableName }],
 * });
 * ```
 *
 * **Costs**, USD a month: an alarm 0.10 for each metric that it watches: a service 0.30, a table 0.20 and
 * 0.20 more for each index, a queue 0.10, a
 * state machine 0.30, log lines 0.10 and 0.30 more when any match; the dashboard 3.00.
 *
 * Children: `<name>-<watched>-latency`, `-cpu`, `-memory`, `-throttles`, `-backlog`, `-dead-letters` or `-failures`
 * (alarms); `<name>-log-<log metric>` (metric filter and alarm); `<name>-dashboard`.
 *
 * @throws an error that lists every problem of the arguments
 */
export class Monitoring extends pulumi.ComponentResource {
  /** Names of its alarms. */
  readonly alarmNames: pulumi.Output<string[]>;
  readonly dashboardName: pulumi.Output<string> | undefined;
  /** URL of the dashboard in the console. */
  readonly dashboardUrl: pulumi.Output<string> | undefined;

  constructor(name: string, args: MonitoringArgs, opts?: pulumi.ComponentResourceOptions) {
    assertValid('Monitoring', name, problemsOf(args));
    super('trellis:index:Monitoring', name, {}, opts);
    const scope: Scope = {
      name,
      args,
      tags: args.tags ?? {},
      namespace: `${pulumi.getProject()}/${pulumi.getStack()}`,
      child: { parent: this },
    };
    const { region } = aws.getRegionOutput({}, scope.child);

    createLogMetrics(scope);
    const alarms = (args.alarms ?? true) ? createAlarms(scope) : [];
    const dashboard =
      args.dashboard === true
        ? createDashboard(scope, [...alarms.map(({ arn }) => arn), ...(args.alarmArns ?? [])], region)
        : undefined;

    this.alarmNames = pulumi.all(alarms.map((alarm) => alarm.name));
    this.dashboardName = dashboard?.dashboardName;
    this.dashboardUrl =
      dashboard &&
      pulumi.interpolate`https://${region}.console.aws.amazon.com/cloudwatch/home?region=${region}#dashboards/dashboard/${dashboard.dashboardName}`;
    this.registerOutputs({
      alarmNames: this.alarmNames,
      ...(this.dashboardUrl === undefined ? {} : { dashboardUrl: this.dashboardUrl }),
    });
  }
}

/** Creates the filters that count log lines. They count lines that come after them; without a match there is no data and
 * no cost. */
function createLogMetrics(scope: Scope): void {
  for (const { name, logGroupName, pattern } of scope.args.logMetrics ?? []) {
    new aws.cloudwatch.LogMetricFilter(
      `${scope.name}-log-${name}`,
      {
        logGroupName,
        pattern,
        metricTransformation: { namespace: scope.namespace, name, value: '1', unit: 'Count' },
      },
      scope.child,
    );
  }
}
