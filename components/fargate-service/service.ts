import * as aws from '@pulumi/aws';
import type * as pulumi from '@pulumi/pulumi';
import { type ClusterReference, capacityStrategy } from './cluster.ts';
import { breaksCircuit, deploymentConfiguration } from './deployment.ts';
import type { Exposure } from './exposure.ts';
import { explainFailure } from './release/explanation.ts';
import type { Scope } from './scope.ts';

export interface ServiceParts {
  cluster: ClusterReference;
  taskDefinition: aws.ecs.TaskDefinition;
  tasks: aws.ec2.SecurityGroup;
  exposure: Exposure | undefined;
  /** Names of the alarms that roll a release back. */
  rollbackAlarms: pulumi.Input<string>[];
  /** All that must exist before the first task starts. */
  prerequisites: pulumi.Resource[];
}

/** The ECS service. `pulumi up` waits until it is steady. */
export function createService(scope: Scope, parts: ServiceParts): aws.ecs.Service {
  const { settings } = scope;
  const { deployment } = settings;
  const timeout = `${deployment.timeoutMinutes}m`;
  return new aws.ecs.Service(
    `${scope.name}-service`,
    {
      cluster: parts.cluster.arn,
      taskDefinition: parts.taskDefinition.arn,
      desiredCount: settings.desiredCount,
      capacityProviderStrategies: capacityStrategy(settings.capacity),
      platformVersion: 'LATEST',
      networkConfiguration: {
        subnets: settings.placement.subnetIds,
        securityGroups: [parts.tasks.id],
        assignPublicIp: settings.placement.assignPublicIp,
      },
      loadBalancers: parts.exposure?.loadBalancers,
      serviceRegistries: parts.exposure?.serviceRegistries,
      healthCheckGracePeriodSeconds: parts.exposure?.healthCheckGracePeriodSeconds,
      deploymentMinimumHealthyPercent: deployment.minimumHealthyPercent,
      deploymentMaximumPercent: deployment.maximumPercent,
      deploymentConfiguration: deploymentConfiguration(deployment),
      deploymentCircuitBreaker: breaksCircuit(deployment.strategy)
        ? { enable: true, rollback: true }
        : undefined,
      alarms:
        parts.rollbackAlarms.length === 0
          ? undefined
          : { enable: true, rollback: true, alarmNames: parts.rollbackAlarms },
      availabilityZoneRebalancing: 'ENABLED',
      // Without it the provider refuses to change the capacity mix of an existing service.
      forceNewDeployment: true,
      waitForSteadyState: true,
      enableExecuteCommand: settings.enableExec,
      enableEcsManagedTags: true,
      propagateTags: 'SERVICE',
      tags: scope.tags,
    },
    {
      ...scope.child,
      dependsOn: [
        ...parts.prerequisites,
        ...parts.cluster.prerequisites,
        ...(parts.exposure?.prerequisites ?? []),
      ],
      // Application Auto Scaling owns the number. An update that set it again would undo what scaling did under load.
      ignoreChanges: ['desiredCount'],
      // A service that moves to another target group or registry leaves the old one empty while requests still go there.
      // So a new service is created beside the old one, which is deleted after the requests have moved.
      replaceOnChanges: ['loadBalancers[*].targetGroupArn', 'serviceRegistries'],
      customTimeouts: { create: timeout, update: timeout, delete: timeout },
      hooks: { onError: explainFailure(`${scope.name}-service`, scope.child.parent) },
    },
  );
}
