import * as aws from '@pulumi/aws';
import type { FargateService } from '../fargate-service/index.ts';
import {
  cooldowns,
  metricIds,
  periods,
  type Step,
  shortageExpression,
  stepsIn,
  stepsOut,
  surplusExpression,
} from './scaling.ts';
import type { Scope } from './scope.ts';

type Query = aws.types.input.cloudwatch.MetricAlarmMetricQuery;
type MetricId = keyof typeof metricIds;

/** Starts tasks while the backlog needs more than run, from none at all, and stops those that nothing needs, to none. */
export function createPolicies(scope: Scope, service: FargateService): void {
  const { settings } = scope;
  const out = createPolicy(scope, service, 'out', stepsOut(settings.maxTasks));
  const back = createPolicy(scope, service, 'in', stepsIn(settings.maxTasks));
  createAlarm(scope, service, 'backlog', {
    alarmDescription: `The backlog of ${scope.name} needs more tasks than run: they are added`,
    metricQueries: queries(scope, service, 'out', 'Maximum', shortageExpression(settings), [
      'visible',
      'running',
    ]),
    alarmActions: [out.arn],
  });
  createAlarm(scope, service, 'spare', {
    alarmDescription: `More tasks of ${scope.name} run than its messages need: they are removed`,
    metricQueries: queries(scope, service, 'in', 'Average', surplusExpression(settings), [
      'visible',
      'inFlight',
      'running',
    ]),
    alarmActions: [back.arn],
  });
}

type Direction = keyof typeof periods;

function createPolicy(
  scope: Scope,
  service: FargateService,
  direction: Direction,
  steps: Step[],
): aws.appautoscaling.Policy {
  const { serviceNamespace, scalableDimension, resourceId } = service.scalingTarget;
  return new aws.appautoscaling.Policy(
    `${scope.name}-scale-${direction}`,
    {
      serviceNamespace,
      scalableDimension,
      resourceId,
      policyType: 'StepScaling',
      stepScalingPolicyConfiguration: {
        adjustmentType: 'ChangeInCapacity',
        metricAggregationType: 'Maximum',
        cooldown: cooldowns[direction],
        stepAdjustments: steps.map(({ from, to, change }) => ({
          scalingAdjustment: change,
          metricIntervalLowerBound: String(from),
          ...(to === undefined ? {} : { metricIntervalUpperBound: String(to) }),
        })),
      },
    },
    scope.child,
  );
}

/** The alarm of a policy. It is on from one task on. */
function createAlarm(
  scope: Scope,
  service: FargateService,
  role: string,
  args: Pick<aws.cloudwatch.MetricAlarmArgs, 'alarmDescription' | 'metricQueries' | 'alarmActions'>,
): void {
  new aws.cloudwatch.MetricAlarm(
    `${scope.name}-${role}`,
    {
      ...args,
      comparisonOperator: 'GreaterThanOrEqualToThreshold',
      threshold: 1,
      evaluationPeriods: 1,
      treatMissingData: 'notBreaching',
      tags: scope.settings.tags,
    },
    { ...scope.child, dependsOn: service.scalingTarget },
  );
}

function queries(
  scope: Scope,
  service: FargateService,
  direction: Direction,
  statistic: string,
  expression: string,
  needed: MetricId[],
): Query[] {
  const dimensions = { QueueName: scope.settings.queue.queueName };
  const metrics: Record<MetricId, Query['metric']> = {
    visible: queueMetric('ApproximateNumberOfMessagesVisible', dimensions, direction, statistic),
    inFlight: queueMetric('ApproximateNumberOfMessagesNotVisible', dimensions, direction, statistic),
    running: runningTasks(service, direction),
  };
  return [
    { id: 'tasks', expression, label: 'tasks', returnData: true },
    ...needed.map((id) => ({ id: metricIds[id], metric: metrics[id] })),
  ];
}

function queueMetric(
  metricName: string,
  dimensions: aws.types.input.cloudwatch.MetricAlarmMetricQueryMetric['dimensions'],
  direction: Direction,
  stat: string,
): Query['metric'] {
  return { namespace: 'AWS/SQS', metricName, dimensions, period: periods[direction], stat };
}

/** Each running task reports its CPU once a minute, so the number of reports in a minute is that of the tasks. It is free,
 * unlike Container Insights (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service_utilization.html). */
function runningTasks(service: FargateService, direction: Direction): Query['metric'] {
  return {
    namespace: 'AWS/ECS',
    metricName: 'CPUUtilization',
    dimensions: { ClusterName: service.clusterName, ServiceName: service.serviceName },
    period: periods[direction],
    stat: 'SampleCount',
  };
}
