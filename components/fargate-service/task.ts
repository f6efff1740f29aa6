import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { runtimePlatform, volumeName } from '../fargate-task/index.ts';
import { containerDefinitions } from './container-definition.ts';
import type { Settings } from './defaults.ts';
import type { Roles } from './roles.ts';
import type { Scope } from './scope.ts';

/** What ECS runs. Each change makes a new revision, and with it a release. */
export function createTaskDefinition(
  scope: Scope,
  roles: Roles,
  logGroup: aws.cloudwatch.LogGroup,
): aws.ecs.TaskDefinition {
  const { settings } = scope;
  return new aws.ecs.TaskDefinition(
    `${scope.name}-task-definition`,
    {
      family: familyName(scope.name),
      requiresCompatibilities: ['FARGATE'],
      networkMode: 'awsvpc',
      cpu: String(settings.size.cpu),
      memory: String(settings.size.memory),
      runtimePlatform: runtimePlatform(settings.image),
      executionRoleArn: roles.execution.arn,
      taskRoleArn: roles.task.arn,
      volumes: settings.writablePaths.map((path) => ({ name: volumeName(path) })),
      containerDefinitions: containers(scope, logGroup),
      skipDestroy: settings.deployment.keepRevisions,
      tags: scope.tags,
    },
    scope.child,
  );
}

/** A family spans all stacks of an account and region, and Pulumi names none by itself. */
function familyName(name: string): string {
  return `${pulumi.getProject()}-${pulumi.getStack()}-${name}`.replace(/[^A-Za-z0-9_-]/g, '-');
}

function containers({ name, settings }: Scope, logGroup: aws.cloudwatch.LogGroup): pulumi.Output<string> {
  return pulumi
    .all([settings.image.uri, settings.environment, settings.secrets, logGroup.name, logGroup.region])
    .apply(([image, environment, secrets, group, region]) =>
      containerDefinitions({
        image,
        environment,
        secrets,
        command: settings.command,
        user: settings.user,
        ports: portsOf(settings),
        writablePaths: settings.writablePaths,
        healthCheck: settings.healthCheck,
        stopTimeoutSeconds: settings.stopTimeoutSeconds,
        log: { group, region, prefix: name },
      }),
    );
}

/** The ports at which something connects to the container: none of a worker. */
function portsOf({ loadBalancer, apiGateway, listenerRules, port }: Settings): number[] {
  if (loadBalancer !== undefined || apiGateway !== undefined) return [port];
  return [...new Set(listenerRules.map((rule) => rule.port))].sort((a, b) => a - b);
}
