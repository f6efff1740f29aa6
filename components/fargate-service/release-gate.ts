import * as aws from '@pulumi/aws';
import type * as pulumi from '@pulumi/pulumi';
import { errorShares } from './error-share.ts';
import type { Exposure } from './exposure.ts';
import type { Scope } from './scope.ts';

/** The alarm on the share of 5xx answers, and the names of all alarms that stop and undo a release. Nothing switches
 * that alarm off: the provider cannot take the last gate from a service, and would leave it one that is deleted. */
export function createGates(scope: Scope, exposure: Exposure | undefined) {
  const { alarmNames, maxErrorPercent } = scope.settings.deployment;
  const errorAlarm = exposure === undefined ? undefined : createErrorAlarm(scope, exposure, maxErrorPercent);
  const gates: pulumi.Input<string>[] = [
    ...(errorAlarm === undefined ? [] : [errorAlarm.name]),
    ...alarmNames,
  ];
  return { errorAlarm, gates };
}

function createErrorAlarm(scope: Scope, { answers, perGroup }: Exposure, maxErrorPercent: number) {
  return new aws.cloudwatch.MetricAlarm(
    `${scope.name}-errors`,
    {
      alarmDescription: `More than ${maxErrorPercent} % of the answers of ${scope.name} are 5xx`,
      comparisonOperator: 'GreaterThanThreshold',
      threshold: maxErrorPercent,
      // Two of three minutes: one lost minute is no reason to undo a release, three would be a long outage.
      evaluationPeriods: 3,
      datapointsToAlarm: 2,
      treatMissingData: 'notBreaching',
      metricQueries: errorShares([answers, ...perGroup]),
      alarmActions: scope.settings.alarmActionArns,
      okActions: scope.settings.alarmActionArns,
      tags: scope.tags,
    },
    scope.child,
  );
}
