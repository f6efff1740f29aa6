import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { type PolicyStatement, policyDocument } from '../iam.ts';
import { startStatements, taskTrust } from '../task-roles.ts';
import type { Scope } from './scope.ts';

export interface Roles {
  /** What ECS uses to start a task: the image, the logs, the secrets. */
  execution: aws.iam.Role;
  /** What the code in the container may do. */
  task: aws.iam.Role;
  policies: pulumi.Resource[];
}

/** Two roles, so that the code in the container can neither pull images nor read secrets other than its own. */
export function createRoles(scope: Scope, logGroup: aws.cloudwatch.LogGroup): Roles {
  const { settings } = scope;
  const trust = taskTrust(scope.child);
  const execution = createRole(scope, 'execution', `Starts the tasks of ${scope.name}`, trust);
  const task = createRole(scope, 'task', `Tasks of ${scope.name}`, trust);
  const executionPolicy = attach(scope, 'execution-policy', execution, executionDocument(scope, logGroup));
  const taskPolicy =
    settings.permissions.length === 0
      ? []
      : [attach(scope, 'task-policy', task, policyDocument(settings.permissions))];
  return { execution, task, policies: [executionPolicy, ...taskPolicy] };
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

function executionDocument(scope: Scope, logGroup: aws.cloudwatch.LogGroup): pulumi.Output<string> {
  const { repositoryArn, secrets, secretKeyArns } = scope.settings;
  const fixed: PolicyStatement[] = [
    ...startStatements(logGroup.arn, repositoryArn),
    ...(secretKeyArns.length === 0
      ? []
      : [{ sid: 'DecryptSecrets', actions: ['kms:Decrypt'], resources: secretKeyArns }]),
  ];
  // Which service a secret belongs to shows in its ARN, which may be known only later: text is computed then, no
  // resource.
  return pulumi
    .output(Object.values(secrets))
    .apply((arns) => policyDocument([...fixed, ...readSecrets(arns)]));
}

/** The statements that let ECS fetch these secrets and no others. */
export function readSecrets(arns: string[]): PolicyStatement[] {
  const unique = [...new Set(arns)].sort();
  const parameters = unique.filter((arn) => arn.split(':')[2] === 'ssm');
  const secrets = unique.filter((arn) => arn.split(':')[2] === 'secretsmanager');
  const others = unique.filter((arn) => !parameters.includes(arn) && !secrets.includes(arn));
  if (others.length > 0) {
    throw new Error(
      `secrets: ${others.join(', ')} is neither the ARN of an SSM parameter nor of a Secrets Manager secret`,
    );
  }
  return [
    ...(parameters.length === 0
      ? []
      : [{ sid: 'ReadParameters', actions: ['ssm:GetParameters'], resources: parameters }]),
    ...(secrets.length === 0
      ? []
      : [
          {
            sid: 'ReadSecrets',
            actions: ['secretsmanager:GetSecretValue'],
            resources: [...new Set(secrets.map(secretWithoutKey))],
          },
        ]),
  ];
}

/** `…:secret:name-AbCdEf` of `…:secret:name-AbCdEf:key:stage:version`: permissions know no keys. */
function secretWithoutKey(arn: string): string {
  return arn.split(':').slice(0, 7).join(':');
}
