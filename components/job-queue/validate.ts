import { checkArchitecture, checkSize, containerProblems, egressProblems } from '../fargate-task/index.ts';
import { checkNames, checkRetention, checkWhole, type Problems } from '../validation.ts';
import type { JobSettings, Settings } from './defaults.ts';

/** Everything that is wrong with the arguments, to be reported at once; undefined entries are no problems. */
export function problems(name: string, settings: Settings): Problems {
  const { jobs } = settings;
  return [
    /^[A-Za-z][A-Za-z0-9-]*$/.test(name)
      ? undefined
      : 'the name must begin with a letter and hold letters, digits and hyphens only',
    // Pulumi's suffix takes 8 of the 64 characters of a role's name, and a job's name comes in between.
    ...jobs
      .map((job) => `${name}-${job.name}`)
      .filter((role) => role.length > 56)
      .map((role) => `the role ${role} has ${role.length} characters; queue and job together may have 55`),
    checkArchitecture(settings.image.architecture),
    checkWhole('maxVcpus', settings.maxVcpus, 1, 10_000),
    checkWhole('stuckSeconds', settings.stuckSeconds, 600, 86_400),
    settings.onDemandFallback && !settings.spot
      ? 'onDemandFallback is for jobs on Spot: set spot'
      : undefined,
    checkRetention('logRetentionDays', settings.logRetentionDays),
    settings.placement.ipAddressType === undefined || settings.placement.ipAddressType === 'ipv4'
      ? undefined
      : 'placement.ipAddressType must be ipv4: AWS documents no jobs of Batch without IPv4 addresses; a Network offers jobPlacement',
    ...egressProblems(settings.placement.egress),
    jobs.length === 0 ? 'jobs must name at least one kind of job' : undefined,
    ...checkNames(
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
  const variables = [...Object.keys(job.environment), ...Object.keys(job.secrets)];
  const reserved = variables.filter((variable) => variable.startsWith('AWS_BATCH'));
  return [
    checkSize(job.size),
    job.size.cpu > maxVcpus * 1024
      ? `${job.size.cpu / 1024} vCPUs are more than maxVcpus, ${maxVcpus}; it would never start`
      : undefined,
    checkWhole('diskGiB', job.diskGiB, 21, 200),
    checkWhole('timeoutSeconds', job.timeoutSeconds, 60, 1_209_600),
    checkWhole('attempts', job.attempts, 1, 10),
    job.command?.length === 0 ? 'command must not be empty' : undefined,
    ...containerProblems(job),
    reserved.length > 0
      ? `environment and secrets: ${reserved.join(', ')} begins with AWS_BATCH, which Batch keeps for itself`
      : undefined,
  ];
}
