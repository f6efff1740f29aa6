import * as aws from '@pulumi/aws';
import { createTaskSecurityGroup } from '../fargate-task/index.ts';
import type { Scope } from './defaults.ts';

/** The compute environment in which jobs run. Without jobs it costs nothing. */
export function createEnvironment(scope: Scope) {
  const { settings } = scope;
  const { group: securityGroup } = createTaskSecurityGroup(scope, `Jobs of ${scope.name}`);
  const environment = new aws.batch.ComputeEnvironment(
    `${scope.name}-environment`,
    {
      type: 'MANAGED',
      computeResources: {
        type: settings.spot ? 'FARGATE_SPOT' : 'FARGATE',
        maxVcpus: settings.maxVcpus,
        subnets: settings.placement.subnetIds,
        securityGroupIds: [securityGroup.id],
      },
      tags: scope.tags,
    },
    scope.child,
  );
  return { environment, securityGroup };
}

/** The reasons that Batch gives for a job that cannot start (Batch user guide, "Jobs stuck in a RUNNABLE status"). */
const stuckReasons = [
  'CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY',
  'MISCONFIGURATION:COMPUTE_ENVIRONMENT_MAX_RESOURCE',
  'MISCONFIGURATION:JOB_RESOURCE_REQUIREMENT',
];

export function createQueue(scope: Scope, environment: aws.batch.ComputeEnvironment): aws.batch.JobQueue {
  return new aws.batch.JobQueue(
    `${scope.name}-queue`,
    {
      state: 'ENABLED',
      priority: 1,
      computeEnvironmentOrders: [{ order: 1, computeEnvironment: environment.arn }],
      jobStateTimeLimitActions: stuckReasons.map((reason) => ({
        action: 'CANCEL',
        maxTimeSeconds: scope.settings.stuckSeconds,
        reason,
        state: 'RUNNABLE',
      })),
      tags: scope.tags,
    },
    {
      ...scope.child,
      // After a queue has moved to another environment Batch refuses for a while to delete the old environment
      // (pulumi-aws #6233). So each environment has its own queue, which is deleted before it.
      replaceOnChanges: ['computeEnvironmentOrders'],
    },
  );
}
