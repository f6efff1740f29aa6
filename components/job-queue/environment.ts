import * as aws from '@pulumi/aws';
import { createTaskSecurityGroup } from '../fargate-task/index.ts';
import { defaultStuckSeconds, type Scope } from './defaults.ts';

/** Queues, and the security group of the jobs in all of them. */
export interface Queues {
  queue: aws.batch.JobQueue;
  environment: aws.batch.ComputeEnvironment;
  /** Of jobs that found no capacity on Spot; undefined without `onDemandFallback`. */
  onDemandQueue: aws.batch.JobQueue | undefined;
  securityGroup: aws.ec2.SecurityGroup;
}

/** Each queue has a compute environment of its own. Without jobs they cost nothing. */
export function createQueues(scope: Scope): Queues {
  const { settings } = scope;
  const { group: securityGroup } = createTaskSecurityGroup(scope, `Jobs of ${scope.name}`);
  const environment = createEnvironment(scope, 'environment', settings.spot, securityGroup);
  return {
    queue: createQueue(scope, 'queue', environment, settings.stuckSeconds),
    environment,
    onDemandQueue: settings.onDemandFallback
      ? createQueue(
          scope,
          'queue-on-demand',
          createEnvironment(scope, 'environment-on-demand', false, securityGroup),
          defaultStuckSeconds,
        )
      : undefined,
    securityGroup,
  };
}

function createEnvironment(
  { name, settings, tags, child }: Scope,
  role: string,
  spot: boolean,
  securityGroup: aws.ec2.SecurityGroup,
): aws.batch.ComputeEnvironment {
  return new aws.batch.ComputeEnvironment(
    `${name}-${role}`,
    {
      type: 'MANAGED',
      computeResources: {
        type: spot ? 'FARGATE_SPOT' : 'FARGATE',
        maxVcpus: settings.maxVcpus,
        subnets: settings.placement.subnetIds,
        securityGroupIds: [securityGroup.id],
      },
      tags,
    },
    child,
  );
}

/** The reasons that Batch gives for a job that cannot start (Batch user guide, "Jobs stuck in a RUNNABLE status"). */
const stuckReasons = [
  'CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY',
  'MISCONFIGURATION:COMPUTE_ENVIRONMENT_MAX_RESOURCE',
  'MISCONFIGURATION:JOB_RESOURCE_REQUIREMENT',
];

function createQueue(
  { name, tags, child }: Scope,
  role: string,
  environment: aws.batch.ComputeEnvironment,
  stuckSeconds: number,
): aws.batch.JobQueue {
  return new aws.batch.JobQueue(
    `${name}-${role}`,
    {
      state: 'ENABLED',
      priority: 1,
      computeEnvironmentOrders: [{ order: 1, computeEnvironment: environment.arn }],
      jobStateTimeLimitActions: stuckReasons.map((reason) => ({
        action: 'CANCEL',
        maxTimeSeconds: stuckSeconds,
        reason,
        state: 'RUNNABLE',
      })),
      tags,
    },
    {
      ...child,
      // After a queue has moved to another environment Batch refuses for a while to delete the old environment
      // (pulumi-aws #6233). So each environment has its own queue, which is deleted before it.
      replaceOnChanges: ['computeEnvironmentOrders'],
    },
  );
}
