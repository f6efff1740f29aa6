import * as aws from '@pulumi/aws';
import type { Scope } from './scope.ts';

/** A log group whose logs expire. */
export function createLogGroup(scope: Scope, role: string): aws.cloudwatch.LogGroup {
  return new aws.cloudwatch.LogGroup(
    `${scope.name}-${role}`,
    {
      retentionInDays: scope.settings.logRetentionDays,
      kmsKeyId: scope.settings.logKeyArn,
      tags: scope.tags,
    },
    scope.child,
  );
}
