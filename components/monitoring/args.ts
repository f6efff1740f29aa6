import type * as pulumi from '@pulumi/pulumi';

/** What `Monitoring` watches. Each `name` becomes part of an alarm's name and must be letters, digits and hyphens. */
export interface MonitoringArgs {
  /** ARNs of the SNS topics that every alarm notifies, such as that of an `AlarmTopic`. @default none */
  alarmActionArns?: pulumi.Input<string>[];
  /** Alarms, 0.10 USD a month for each metric that they watch. @default true */
  alarms?: boolean;
  /** A CloudWatch dashboard, 3 USD a month. @default false */
  dashboard?: boolean;
  /** ECS services to watch. @default none */
  services?: MonitoredServiceArgs[];
  /** DynamoDB tables to watch. @default none */
  tables?: MonitoredTableArgs[];
  /** SQS queues to watch. @default none */
  queues?: MonitoredQueueArgs[];
  /** State machines of Step Functions to watch. @default none */
  stateMachines?: MonitoredStateMachineArgs[];
  /** Log lines to count. */
  logMetrics?: LogMetricArgs[];
  /** Queries of CloudWatch Logs Insights for the dashboard. Each view scans the logs, 0.005 USD per GB. */
  logQueries?: LogQueryArgs[];
  /** ARNs of alarms of other components, for the dashboard's overview. */
  alarmArns?: pulumi.Input<string>[];
  /** Tags of every resource that takes them. */
  tags?: { [name: string]: pulumi.Input<string> };
}

/** An ECS service, and the entry point before it, if any: at most one of `loadBalancerArnSuffix` and `apiId`. */
export interface MonitoredServiceArgs {
  name: string;
  clusterName: pulumi.Input<string>;
  serviceName: pulumi.Input<string>;
  /** `app/<name>/<id>`, of an Application Load Balancer. */
  loadBalancerArnSuffix?: pulumi.Input<string>;
  /** `targetgroup/<name>/<id>`, of the service's own group where it shares the load balancer: `targetGroup.arnSuffix` of a
   * `FargateService`. @default the answers of the whole load balancer count */
  targetGroupArnSuffix?: pulumi.Input<string>;
  /** Id of an API Gateway HTTP API. */
  apiId?: pulumi.Input<string>;
  /** Milliseconds; alarm when 5 % of the answers take longer, in three of five minutes.
   * @default 1000 */
  latencyMilliseconds?: number;
  /** Alarm when the average CPU use is above this for ten minutes: scaling has reached its maximum. @default 85 */
  cpuPercent?: number;
  /** Alarm when the average memory use is above this for ten minutes: at 100 a task is killed. @default 85 */
  memoryPercent?: number;
}

/** A DynamoDB table; alarm when a request to it or to one of its indexes is throttled. */
export interface MonitoredTableArgs {
  name: string;
  tableName: pulumi.Input<string>;
  /** Its global secondary indexes, at most four: an index is throttled apart from its table, and an alarm watches ten
   * metrics. @default none */
  indexNames?: string[];
}

/** An SQS queue. */
export interface MonitoredQueueArgs {
  name: string;
  /** Its name in SQS, not its URL. */
  queueName: pulumi.Input<string>;
  /** Alarm as soon as a message is there, instead of when one waits too long. @default false */
  deadLetter?: boolean;
  /** Alarm when the oldest message has waited longer than this, in seconds; not for dead letters. @default 900 */
  maxAgeSeconds?: number;
  /** False where another component has an alarm on it: it is then on the dashboard only. @default true */
  alarm?: boolean;
}

/** A Step Functions state machine; alarm when an execution fails, is aborted or times out. */
export interface MonitoredStateMachineArgs {
  name: string;
  stateMachineArn: pulumi.Input<string>;
  /** False where another component has an alarm on it: it is then on the dashboard only. @default true */
  alarm?: boolean;
}

/** A metric that counts log lines, 0.30 USD for a month in which one matches; alarm when too many do. */
export interface LogMetricArgs {
  name: string;
  /** Title on the dashboard, such as "Denied streams". */
  title: string;
  logGroupName: pulumi.Input<string>;
  /** Filter pattern of CloudWatch Logs. */
  pattern: string;
  /** Alarm when more lines than this match within `periodMinutes`. */
  threshold: number;
  /** 1–1440. @default 5 */
  periodMinutes?: number;
}

/** A table on the dashboard. */
export interface LogQueryArgs {
  title: string;
  logGroupName: pulumi.Input<string>;
  /** Query in the language of CloudWatch Logs Insights, without SOURCE. */
  query: string;
}
