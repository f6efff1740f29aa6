import * as aws from '@pulumi/aws';
import type * as pulumi from '@pulumi/pulumi';
import { errorShares } from './error-share.ts';
import type { Exposure } from './exposure.ts';
import type { Scope } from './scope.ts';

/** The alarm on the share of 5xx answers, and the names of all alarms that roll a release back. No argument switches that
 * alarm off: the provider cannot remove the last alarm from a service, which would then watch one that is deleted. */
export function createRollbackAlarms(scope: Scope, exposure: Exposure | undefined) {
  const { alarmNames, maxErrorPercent } = scope.settings.deployment;
  const errorAlarm = exposure === undefined ? undefined : createErrorAlarm(scope, exposure, maxErrorPercent);
  const rollbackAlarms: pulumi.Input<string>[] = [
    ...(errorAlarm === undefined ? [] : [errorAlarm.name]),
    ...alarmNames,
  ];
  return { errorAlarm, rollbackAlarms };
}

function createErrorAlarm(scope: Scope, { answers, perGroup }: Exposure, maxErrorPercent: number) {
  return new aws.cloudwatch.MetricAlarm(
    `${scope.name}-errors`,
    {
      alarmDescription: `More than ${maxErrorPercent} % of the answers of ${scope.name} were 5xx in two of three minutes`,
      comparisonOperator: 'GreaterThanThreshold',
      threshold: maxErrorPercent,
      // One bad minute is no reason to roll a release back, and three would be a long outage.
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
