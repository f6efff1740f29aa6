import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import type { Scope } from './scope.ts';

/** A log group whose logs expire. */
export function createLogGroup(scope: Scope, role: string): aws.cloudwatch.LogGroup {
  return new aws.cloudwatch.LogGroup(`${scope.name}-${role}`, logGroupArgs(scope), scope.child);
}

/** The log group of an API's stage. API Gateway adds each log group to a resource policy that the whole account shares and
 * that takes 5,120 characters, except those with this prefix. A group that exists keeps its name, and so its logs. */
export function createAccessLogGroup(scope: Scope): aws.cloudwatch.LogGroup {
  const name = `/aws/vendedlogs/apis/${pulumi.getProject()}-${pulumi.getStack()}-${scope.name}`;
  return new aws.cloudwatch.LogGroup(
    `${scope.name}-access-logs`,
    { name, ...logGroupArgs(scope) },
    { ...scope.child, ignoreChanges: ['name'] },
  );
}

function logGroupArgs({ settings, tags }: Scope): aws.cloudwatch.LogGroupArgs {
  return { retentionInDays: settings.logRetentionDays, kmsKeyId: settings.logKeyArn, tags };
}
