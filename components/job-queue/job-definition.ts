import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { runtimePlatform } from '../fargate-task/index.ts';
import { containerProperties } from './container-properties.ts';
import type { JobSettings, Scope } from './defaults.ts';
import type { Roles } from './roles.ts';

/**
 * Which ends of a job Batch answers by starting it again: those that AWS caused. The first entry that matches counts, and
 * five are allowed (AWS Batch API, RetryStrategy). Without the last entry Batch would start every failed job again.
 */
const evaluateOnExits = [
  // This is Fargate's text. The pattern that is often given for Spot, `Host EC2*`, matches interrupted instances.
  { action: 'retry', onStatusReason: 'Your Spot Task was interrupted*' },
  { action: 'retry', onReason: 'CannotPullContainerError*' },
  { action: 'retry', onStatusReason: 'Task failed to start*' },
  { action: 'retry', onStatusReason: 'Timeout waiting for network interface provisioning*' },
  { action: 'exit', onReason: '*' },
];

/** One kind of job. Each change makes a new revision; the earlier ones stay for jobs that were submitted with them. */
export function createJobDefinition(
  scope: Scope,
  job: JobSettings,
  roles: Roles,
  logGroup: aws.cloudwatch.LogGroup,
): aws.batch.JobDefinition {
  return new aws.batch.JobDefinition(
    `${scope.name}-${job.name}`,
    {
      type: 'container',
      platformCapabilities: ['FARGATE'],
      containerProperties: properties(scope, job, roles, logGroup),
      timeout: { attemptDurationSeconds: job.timeoutSeconds },
      retryStrategy: { attempts: job.attempts, evaluateOnExits },
      deregisterOnNewRevision: false,
      propagateTags: true,
      tags: scope.tags,
    },
    scope.child,
  );
}

function properties(
  { settings }: Scope,
  job: JobSettings,
  roles: Roles,
  logGroup: aws.cloudwatch.LogGroup,
): pulumi.Output<string> {
  const role = roles.jobs.get(job.name) as aws.iam.Role;
  return pulumi
    .all([
      settings.image.uri,
      job.environment,
      job.secrets,
      roles.execution.arn,
      role.arn,
      logGroup.name,
      logGroup.region,
    ])
    .apply(([image, environment, secrets, executionRoleArn, jobRoleArn, group, region]) =>
      containerProperties(job, {
        image,
        runtimePlatform: runtimePlatform(settings.image),
        assignPublicIp: job.assignPublicIp,
        environment,
        secrets,
        executionRoleArn,
        jobRoleArn,
        log: { group, region, prefix: job.name },
      }),
    );
}
