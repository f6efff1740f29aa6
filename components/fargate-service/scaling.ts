import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import type { ClusterReference } from './cluster.ts';
import type { ScalingSettings } from './defaults.ts';
import type { Exposure } from './exposure.ts';
import type { Scope } from './scope.ts';

/**
 * Hands the number of tasks to Application Auto Scaling, with each policy and schedule that was asked for. A fixed number
 * is handed to it too. Pulumi's state does not know that a schedule changed the number; only Application Auto Scaling can
 * restore it once the schedule is gone.
 */
export function createScaling(
  scope: Scope,
  cluster: ClusterReference,
  service: aws.ecs.Service,
  exposure: Exposure | undefined,
): aws.appautoscaling.Target {
  const { scaling, desiredCount } = scope.settings;
  const target = new aws.appautoscaling.Target(
    `${scope.name}-scaling`,
    {
      serviceNamespace: 'ecs',
      scalableDimension: 'ecs:service:DesiredCount',
      resourceId: pulumi.interpolate`service/${cluster.name}/${service.name}`,
      minCapacity: desiredCount,
      maxCapacity: scaling?.max ?? desiredCount,
      // This differs between a target with schedules and one without, so that adding the first schedule or removing the
      // last one updates the target. Each update registers min and max again, and "if [the current capacity]'s
      // below the minimum capacity or above the maximum capacity, Application Auto Scaling adjusts the capacity" (API
      // reference, RegisterScalableTarget). Schedules are deleted after that, and cannot act in between.
      suspendedState: { scheduledScalingSuspended: (scaling?.schedules ?? []).length === 0 },
      tags: scope.tags,
    },
    scope.child,
  );
  if (scaling === undefined) return target;
  createTargetTracking(scope, scaling, target, exposure);
  createStepScaling(scope, scaling.stepCpu, target, cluster, service);
  createSchedules(scope, scaling, target);
  return target;
}

/** The service to which a policy or schedule applies. */
function targetOf(target: aws.appautoscaling.Target) {
  return {
    serviceNamespace: target.serviceNamespace,
    scalableDimension: target.scalableDimension,
    resourceId: target.resourceId,
  };
}

function createTargetTracking(
  scope: Scope,
  scaling: ScalingSettings,
  target: aws.appautoscaling.Target,
  exposure: Exposure | undefined,
): void {
  const track = (role: string, predefinedMetricType: string, targetValue: number | undefined) => {
    if (targetValue === undefined) return;
    const perRequest = predefinedMetricType === 'ALBRequestCountPerTarget';
    new aws.appautoscaling.Policy(
      `${scope.name}-track-${role}`,
      {
        ...targetOf(target),
        policyType: 'TargetTrackingScaling',
        targetTrackingScalingPolicyConfiguration: {
          targetValue,
          scaleInCooldown: scaling.scaleInCooldownSeconds,
          scaleOutCooldown: scaling.scaleOutCooldownSeconds,
          predefinedMetricSpecification: {
            predefinedMetricType,
            resourceLabel: perRequest ? exposure?.requestLabel : undefined,
          },
        },
      },
      scope.child,
    );
  };
  track('cpu', 'ECSServiceAverageCPUUtilization', scaling.targetCpuPercent);
  track('memory', 'ECSServiceAverageMemoryUtilization', scaling.targetMemoryPercent);
  track('requests', 'ALBRequestCountPerTarget', scaling.targetRequestsPerTask);
}

type StepSettings = NonNullable<ScalingSettings['stepCpu']>;

function createStepScaling(
  scope: Scope,
  step: StepSettings | undefined,
  target: aws.appautoscaling.Target,
  cluster: ClusterReference,
  service: aws.ecs.Service,
): void {
  if (step === undefined) return;
  const dimensions = { ClusterName: cluster.name, ServiceName: service.name };
  const busy = createStepPolicy(scope, step, target, 'out', {
    scalingAdjustment: 1,
    metricIntervalLowerBound: '0',
  });
  const idle = createStepPolicy(scope, step, target, 'in', {
    scalingAdjustment: -1,
    metricIntervalUpperBound: '0',
  });
  createCpuAlarm(scope, step, dimensions, 'busy', {
    alarmDescription: `CPU of ${scope.name} at ${step.upperPercent} % or more: one task more`,
    comparisonOperator: 'GreaterThanOrEqualToThreshold',
    threshold: step.upperPercent,
    alarmActions: [busy.arn],
  });
  createCpuAlarm(scope, step, dimensions, 'idle', {
    alarmDescription: `CPU of ${scope.name} below ${step.lowerPercent} %: one task less`,
    comparisonOperator: 'LessThanThreshold',
    threshold: step.lowerPercent,
    alarmActions: [idle.arn],
  });
}

function createStepPolicy(
  scope: Scope,
  step: StepSettings,
  target: aws.appautoscaling.Target,
  direction: string,
  adjustment: aws.types.input.appautoscaling.PolicyStepScalingPolicyConfigurationStepAdjustment,
) {
  return new aws.appautoscaling.Policy(
    `${scope.name}-step-${direction}`,
    {
      ...targetOf(target),
      policyType: 'StepScaling',
      stepScalingPolicyConfiguration: {
        adjustmentType: 'ChangeInCapacity',
        metricAggregationType: 'Average',
        cooldown: step.cooldownSeconds,
        stepAdjustments: [adjustment],
      },
    },
    scope.child,
  );
}

function createCpuAlarm(
  scope: Scope,
  step: StepSettings,
  dimensions: { [name: string]: pulumi.Input<string> },
  role: string,
  condition: aws.cloudwatch.MetricAlarmArgs,
) {
  return new aws.cloudwatch.MetricAlarm(
    `${scope.name}-${role}`,
    {
      ...condition,
      namespace: 'AWS/ECS',
      metricName: 'CPUUtilization',
      dimensions,
      statistic: 'Average',
      period: 60 * step.periodMinutes,
      evaluationPeriods: 1,
      treatMissingData: 'notBreaching',
      tags: scope.tags,
    },
    scope.child,
  );
}

function createSchedules(scope: Scope, scaling: ScalingSettings, target: aws.appautoscaling.Target): void {
  for (const { name, schedule, timeZone, min, max } of scaling.schedules) {
    new aws.appautoscaling.ScheduledAction(
      `${scope.name}-at-${name}`,
      {
        ...targetOf(target),
        schedule,
        timezone: timeZone,
        scalableTargetAction: { minCapacity: min, maxCapacity: max },
      },
      scope.child,
    );
  }
}
