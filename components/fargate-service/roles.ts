import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { attachExecutionPolicy, taskTrust } from '../fargate-task/index.ts';
import { type PolicyStatement, policyDocument } from '../iam.ts';
import { attachPolicy } from '../role-policy.ts';
import type { Scope } from './scope.ts';

export interface Roles {
  /** What ECS uses to start a task: the image, the logs, the secrets. */
  execution: aws.iam.Role;
  /** What the code in the container may do. */
  task: aws.iam.Role;
  policies: pulumi.Resource[];
}

/** Two roles, so that the code in the container can neither pull images nor read secrets other than its own. */
export function createRoles(
  scope: Scope,
  logGroup: aws.cloudwatch.LogGroup,
  execLogGroup: aws.cloudwatch.LogGroup | undefined,
): Roles {
  const { settings } = scope;
  const trust = taskTrust(scope.child);
  const execution = createRole(scope, 'execution', `Starts the tasks of ${scope.name}`, trust);
  const task = createRole(scope, 'task', `Tasks of ${scope.name}`, trust);
  const { containers, secretKeyArns } = settings;
  const needs = {
    logGroupArn: logGroup.arn,
    repositoryArns: containers.flatMap(({ image: { repositoryArn } }) => repositoryArn ?? []),
    secrets: containers.flatMap(({ secrets }) => Object.values(secrets)),
    secretKeyArns,
  };
  const executionPolicy = attachExecutionPolicy(scope.name, execution, needs, scope.child);
  const taskPolicy =
    settings.permissions.length === 0
      ? []
      : [attachPolicy(`${scope.name}-task-policy`, task.name, settings.permissions, scope.child)];
  const execPolicy = settings.enableExec
    ? [attach(scope, 'exec-policy', task, policyDocument(execStatements(execLogGroup)))]
    : [];
  return { execution, task, policies: [executionPolicy, ...taskPolicy, ...execPolicy] };
}

/** What ECS Exec's agent needs: a connection to Session Manager, and to write the log, if there is one. */
function execStatements(logGroup: aws.cloudwatch.LogGroup | undefined): PolicyStatement[] {
  return [
    {
      sid: 'OpenSessions',
      actions: [
        'ssmmessages:CreateControlChannel',
        'ssmmessages:CreateDataChannel',
        'ssmmessages:OpenControlChannel',
        'ssmmessages:OpenDataChannel',
      ],
      // `*`: see accountWideActions.
      resources: ['*'],
    },
    ...(logGroup === undefined
      ? []
      : [
          { sid: 'FindLog', actions: ['logs:DescribeLogGroups'], resources: ['*'] },
          {
            sid: 'LogSessions',
            actions: ['logs:CreateLogStream', 'logs:DescribeLogStreams', 'logs:PutLogEvents'],
            resources: [pulumi.interpolate`${logGroup.arn}:*`],
          },
        ]),
  ];
}

/** An inline policy of a role; its Pulumi name is `${service}-${role}`. */
export function attach(
  scope: Scope,
  name: string,
  role: aws.iam.Role,
  policy: pulumi.Input<string>,
): aws.iam.RolePolicy {
  return new aws.iam.RolePolicy(`${scope.name}-${name}`, { role: role.name, policy }, scope.child);
}

/** A role; its Pulumi name is `${service}-${role}`. */
export function createRole(
  scope: Scope,
  role: string,
  description: string,
  assumeRolePolicy: pulumi.Input<string>,
): aws.iam.Role {
  return new aws.iam.Role(
    `${scope.name}-${role}`,
    { description, assumeRolePolicy, tags: scope.tags },
    scope.child,
  );
}
