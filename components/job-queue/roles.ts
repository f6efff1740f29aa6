import * as aws from '@pulumi/aws';
import type * as pulumi from '@pulumi/pulumi';
import { attachExecutionPolicy, taskTrust } from '../fargate-task/index.ts';
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
  const { image, jobs: kinds, secretKeyArns } = scope.settings;
  const needs = {
    logGroupArn: logGroup.arn,
    repositoryArns: image.repositoryArn === undefined ? [] : [image.repositoryArn],
    secrets: kinds.flatMap((job) => Object.values(job.secrets)),
    secretKeyArns,
  };
  attachExecutionPolicy(scope.name, execution, needs, scope.child);
  const jobs = kinds.map((job): [string, aws.iam.Role] => [job.name, createJobRole(scope, job, trust)]);
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
