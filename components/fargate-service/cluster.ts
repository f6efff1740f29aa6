import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import type { Settings } from './defaults.ts';
import type { Scope } from './scope.ts';

export interface ClusterReference {
  arn: pulumi.Output<string>;
  name: pulumi.Output<string>;
  /** What must exist before the service. */
  prerequisites: pulumi.Resource[];
}

/** The cluster that was given, or a new one with both Fargate capacity providers. */
export function createCluster(
  scope: Scope,
  execLogGroup: aws.cloudwatch.LogGroup | undefined,
): ClusterReference {
  const { clusterArn, containerInsights } = scope.settings;
  if (clusterArn !== undefined) {
    const arn = pulumi.output(clusterArn);
    return { arn, name: arn.apply((value) => value.split('/').at(-1) as string), prerequisites: [] };
  }
  const cluster = new aws.ecs.Cluster(
    `${scope.name}-cluster`,
    {
      settings: [{ name: 'containerInsights', value: containerInsights }],
      ...(execLogGroup === undefined ? {} : { configuration: logSessions(execLogGroup) }),
      tags: scope.tags,
    },
    scope.child,
  );
  const providers = new aws.ecs.ClusterCapacityProviders(
    `${scope.name}-capacity`,
    { clusterName: cluster.name, capacityProviders: ['FARGATE', 'FARGATE_SPOT'] },
    scope.child,
  );
  return { arn: cluster.arn, name: cluster.name, prerequisites: [providers] };
}

/** Logs what is done by ECS Exec. */
function logSessions({ name }: aws.cloudwatch.LogGroup) {
  const logConfiguration = { cloudWatchLogGroupName: name };
  return { executeCommandConfiguration: { logging: 'OVERRIDE', logConfiguration } };
}

/** The capacity providers that have a share. ECS takes a base on one of them only, and Spot could not guarantee it. */
export function capacityStrategy({ base, onDemandWeight, spotWeight }: Settings['capacity']) {
  return [
    ...(base === 0 && onDemandWeight === 0
      ? []
      : [{ capacityProvider: 'FARGATE', base, weight: onDemandWeight }]),
    ...(spotWeight === 0 ? [] : [{ capacityProvider: 'FARGATE_SPOT', weight: spotWeight }]),
  ];
}
