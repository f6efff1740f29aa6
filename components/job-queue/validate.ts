import { checkSize } from '../fargate-service/size.ts';
import { retentionDays } from '../network/index.ts';
import { checkOneOf, checkWhole } from '../validation.ts';
import type { JobSettings, Settings } from './defaults.ts';

type Problems = (string | undefined)[];

/** Everything that is wrong with the arguments, to be reported at once; undefined entries are no problems. */
export function problems(name: string, settings: Settings): Problems {
  const { jobs, egress } = settings;
  return [
    /^[A-Za-z][A-Za-z0-9-]*$/.test(name)
      ? undefined
      : 'the name must begin with a letter and hold letters, digits and hyphens only',
    // Pulumi's suffix takes 8 of the 64 characters of a role's name, and a job's name comes in between.
    ...jobs
      .map((job) => `${name}-${job.name}`)
      .filter((role) => role.length > 56)
      .map((role) => `the role ${role} has ${role.length} characters; queue and job together may have 55`),
    checkOneOf('architecture', settings.architecture, ['arm64', 'x86_64']),
    checkWhole('maxVcpus', settings.maxVcpus, 1, 10_000),
    checkWhole('stuckSeconds', settings.stuckSeconds, 600, 86_400),
    retentionDays.includes(settings.logRetentionDays)
      ? undefined
      : `logRetentionDays must be one of ${retentionDays.join(', ')}, not ${settings.logRetentionDays}`,
    ...listProblems(
      'egress',
      egress.map((rule) => rule.name),
    ),
    ...egress.flatMap((rule) => {
      const given = [rule.cidr, rule.prefixListId, rule.securityGroupId].filter((one) => one !== undefined);
      return [
        checkWhole(`egress "${rule.name}": port`, rule.port, 1, 65_535),
        given.length === 1
          ? undefined
          : `egress "${rule.name}": exactly one of cidr, prefixListId and securityGroupId must be set, not ${given.length}`,
      ];
    }),
    jobs.length === 0 ? 'jobs must name at least one kind of job' : undefined,
    ...listProblems(
      'jobs',
      jobs.map((job) => job.name),
    ),
    jobs.some((job) => job.name === 'execution')
      ? 'jobs: the name "execution" is that of the role which starts them'
      : undefined,
    ...jobs.flatMap((job) =>
      jobProblems(job, settings)
        .filter((problem) => problem !== undefined)
        .map((problem) => `job "${job.name}": ${problem}`),
    ),
  ];
}

function jobProblems(job: JobSettings, { maxVcpus }: Settings): Problems {
  const { environment, secrets, user, writablePaths, size } = job;
  const variables = [...Object.keys(environment), ...Object.keys(secrets)];
  const unnamed = variables.filter(
    (variable) => !/^[A-Za-z_][A-Za-z0-9_]*$/.test(variable) || variable.startsWith('AWS_BATCH'),
  );
  const twice = Object.keys(environment).filter((variable) => variable in secrets);
  const open = Object.keys(environment).filter((variable) =>
    ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'].includes(variable),
  );
  const paths = writablePaths.filter((path) => !/^\/[^:]*[^:/]$/.test(path));
  return [
    checkSize(size),
    size.cpu > maxVcpus * 1024
      ? `${size.cpu / 1024} vCPUs are more than maxVcpus, ${maxVcpus}; it would never start`
      : undefined,
    checkWhole('diskGiB', job.diskGiB, 21, 200),
    checkWhole('timeoutSeconds', job.timeoutSeconds, 60, 1_209_600),
    checkWhole('attempts', job.attempts, 1, 10),
    job.command?.length === 0 ? 'command must not be empty' : undefined,
    /^(root|0)(:|$)/.test(user) || user === '' ? `user must not be root, not "${user}"` : undefined,
    unnamed.length > 0
      ? `environment and secrets: ${unnamed.join(', ')} is no variable name, or one that Batch keeps for itself`
      : undefined,
    twice.length > 0 ? `${twice.join(', ')} must be either in environment or in secrets` : undefined,
    open.length > 0
      ? `environment: ${open.join(', ')} would be readable; use permissions or secrets`
      : undefined,
    paths.length > 0
      ? `writablePaths must be absolute paths below /, not ${paths.map((path) => `"${path}"`).join(', ')}`
      : undefined,
    ...job.permissions.flatMap(({ actions, resources }, index) => [
      actions.length === 0 || resources.length === 0
        ? `permissions[${index}] needs at least one action and one resource`
        : undefined,
      actions.some((action) => action.includes('*'))
        ? `permissions[${index}] must name each action instead of using *`
        : undefined,
    ]),
  ];
}

/** Names that tell resources apart. */
function listProblems(label: string, names: string[]): Problems {
  const twice = [...new Set(names.filter((name, index) => names.indexOf(name) !== index))];
  return [
    twice.length === 0 ? undefined : `${label}: ${twice.join(', ')} is given more than once`,
    ...names
      .filter((name) => !/^[A-Za-z0-9-]+$/.test(name))
      .map((name) => `${label}: the name "${name}" must be letters, digits and hyphens`),
  ];
}
