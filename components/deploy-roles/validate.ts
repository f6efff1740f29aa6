import { assertValid, checkUnique } from '../validation.ts';
import type { DeployEnvironmentArgs, DeployRolesArgs } from './args.ts';

/** Without two hyphens in a row: they end the stack's name in those of its buckets. */
const stackName = /^(?=.{1,40}$)[a-z0-9]+(-[a-z0-9]+)*$/;

/** @throws an error that lists every problem */
export function validate(name: string, args: DeployRolesArgs): void {
  const { repository, environments, previewStack, project, regions = [] } = args;
  assertValid('DeployRoles', name, [
    /^[\w.@-]+\/[\w.@-]+$/.test(repository)
      ? undefined
      : `repository must be owner/name, without wildcards, not "${repository}"`,
    environments.length === 0 ? 'environments must name at least one' : undefined,
    ...environments.flatMap(checkEnvironment),
    checkUnique(
      'environments',
      environments.map((environment) => environment.name),
    ),
    checkUnique('stacks of environments', environments.map(stackOf)),
    checkName('previewStack', previewStack),
    checkName('project', project),
    ...regions.map((region) =>
      /^[a-z]{2}(-[a-z]+)+-\d$/.test(region) ? undefined : `regions: "${region}" is no region`,
    ),
  ]);
}

/** The stack that an environment deploys. */
export function stackOf(environment: DeployEnvironmentArgs): string {
  return environment.stack ?? environment.name;
}

function checkEnvironment({ name, stack, earlierNames = [] }: DeployEnvironmentArgs): (string | undefined)[] {
  return [
    checkName('environments: name', name),
    checkName(`environments: stack of ${name}`, stack),
    ...earlierNames.map((arn) =>
      /^arn:[a-z-]+:(s3|events|secretsmanager):[^*?]+$/.test(arn)
        ? undefined
        : `environments: earlierNames of ${name}: "${arn}" is no ARN of a bucket, API destination or secret`,
    ),
  ];
}

function checkName(label: string, value: string | undefined): string | undefined {
  if (value === undefined || stackName.test(value)) return undefined;
  return `${label} must be 1 to 40 lower-case letters and digits, with single hyphens between, not "${value}"`;
}
