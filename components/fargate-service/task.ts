import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { dualStackImage, dualStackVariable, isIpv6, runtimePlatform } from '../fargate-task/index.ts';
import { containerDefinitions } from './container-definition.ts';
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
      volumes: settings.containers.flatMap(({ mounts }) => mounts.map(({ volume }) => ({ name: volume }))),
      ...(settings.ephemeralStorageGiB === undefined
        ? {}
        : { ephemeralStorage: { sizeInGib: settings.ephemeralStorageGiB } }),
      containerDefinitions: definitions(scope, logGroup),
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

function definitions({ name, settings }: Scope, logGroup: aws.cloudwatch.LogGroup): pulumi.Output<string> {
  const isDualStack = isIpv6(settings.placement);
  const values = settings.containers.map(({ image: { uri }, environment, secrets }) => ({
    image: isDualStack ? pulumi.output(uri).apply(dualStackImage) : uri,
    environment: isDualStack ? { ...dualStackVariable, ...environment } : environment,
    secrets,
  }));
  return pulumi.all([values, logGroup.name, logGroup.region]).apply(([known, group, region]) =>
    containerDefinitions(
      settings.containers.map((container, index) => ({
        ...container,
        ...(known[index] as (typeof known)[number]),
        log: { group, region, prefix: name },
      })),
    ),
  );
}
