import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { readSecrets, startStatements, taskTrust } from '../fargate-task/index.ts';
import { policyDocument } from '../iam.ts';
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
  attach(scope, 'execution-policy', execution, executionDocument(scope, logGroup));
  const jobs = scope.settings.jobs.map((job): [string, aws.iam.Role] => [
    job.name,
    createJobRole(scope, job, trust),
  ]);
  return { execution, jobs: new Map(jobs) };
}

function createJobRole(scope: Scope, job: JobSettings, trust: pulumi.Output<string>): aws.iam.Role {
  const role = createRole(scope, job.name, `Jobs ${job.name} of ${scope.name}`, trust);
  if (job.permissions.length > 0) attach(scope, `${job.name}-policy`, role, policyDocument(job.permissions));
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

function attach(scope: Scope, name: string, role: aws.iam.Role, policy: pulumi.Output<string>): void {
  new aws.iam.RolePolicy(`${scope.name}-${name}`, { role: role.name, policy }, scope.child);
}

function executionDocument({ settings }: Scope, logGroup: aws.cloudwatch.LogGroup): pulumi.Output<string> {
  const { repositoryArn } = settings.image;
  const fixed = startStatements(logGroup.arn, repositoryArn === undefined ? [] : [repositoryArn]);
  const secrets = settings.jobs.flatMap((job) => Object.values(job.secrets));
  // The ARN tells which service keeps a secret, and it may be known only during the deployment. So the text of the
  // policy is computed then; the resources do not depend on it.
  return pulumi.output(secrets).apply((arns) => policyDocument([...fixed, ...readSecrets(arns)]));
}
