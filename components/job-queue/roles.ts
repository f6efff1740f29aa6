import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { decryptSecrets, readSecrets, startStatements, taskTrust } from '../fargate-task/index.ts';
import { policyDocument } from '../iam.ts';
import { attachPolicy } from '../role-policy.ts';
import type { JobSettings, Scope } from './defaults.ts';

export interface Roles {
  /** What ECS uses to start a job: the image, the log, the secrets. */
  execution: aws.iam.Role;
  /** What the code of each kind of job may do, by the job's name. */
  jobs: Map<string, aws.iam.Role>;
}

/** A role for each kind of job, so that no kind has the permissions of another, and one role that starts them all. */
export function createRoles(scope: Scope, logGroup: aws.cloudwatch.LogGroup): Roles {
  const trust = taskTrust(scope.child);
  const execution = createRole(scope, 'execution', `Starts the jobs of ${scope.name}`, trust);
  attachExecution(scope, execution, logGroup);
  const jobs = scope.settings.jobs.map((job): [string, aws.iam.Role] => [
    job.name,
    createJobRole(scope, job, trust),
  ]);
  return { execution, jobs: new Map(jobs) };
}

function createJobRole(scope: Scope, job: JobSettings, trust: pulumi.Output<string>): aws.iam.Role {
  const role = createRole(scope, job.name, `Jobs ${job.name} of ${scope.name}`, trust);
  if (job.permissions.length > 0) {
    attachPolicy(`${scope.name}-${job.name}-policy`, role.name, job.permissions, scope.child);
  }
  return role;
}

function createRole(
  scope: Scope,
  role: string,
  description: string,
  assumeRolePolicy: pulumi.Output<string>,
): aws.iam.Role {
  return new aws.iam.Role(
    `${scope.name}-${role}`,
    { description, assumeRolePolicy, tags: scope.tags },
    scope.child,
  );
}

function attachExecution(scope: Scope, role: aws.iam.Role, logGroup: aws.cloudwatch.LogGroup): void {
  const { image, jobs, secretKeyArns } = scope.settings;
  const { repositoryArn } = image;
  const fixed = [
    ...startStatements(logGroup.arn, repositoryArn === undefined ? [] : [repositoryArn]),
    ...decryptSecrets(secretKeyArns, scope.child),
  ];
  const secrets = pulumi.output(jobs.flatMap((job) => Object.values(job.secrets)));
  attachPolicy(`${scope.name}-execution-policy`, role.name, fixed, scope.child, (statements) =>
    // The ARN tells which service keeps a secret, and it may be known only during the deployment. So the text of the
    // policy is computed then; the resources do not depend on it.
    secrets.apply((arns) => policyDocument([...statements, ...readSecrets(arns)])),
  );
}
