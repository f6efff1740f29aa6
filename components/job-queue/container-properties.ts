import { byName, canonicalJson, type runtimePlatform, volumeName } from '../fargate-task/index.ts';
import type { JobSettings } from './defaults.ts';

/** The values of a job definition's container that are outputs of other resources, once they are known. */
export interface ContainerParts {
  image: string;
  runtimePlatform: ReturnType<typeof runtimePlatform>;
  assignPublicIp: boolean;
  environment: Record<string, string>;
  /** Environment variable → ARN of the secret. */
  secrets: Record<string, string>;
  executionRoleArn: string;
  jobRoleArn: string;
  log: { group: string; region: string; prefix: string };
}

/** The container properties as canonical JSON: the same job always gives the same text, and so no new revision. */
export function containerProperties(job: JobSettings, parts: ContainerParts): string {
  const secrets = byName(parts.secrets);
  return canonicalJson({
    command: job.command ?? [],
    environment: byName(parts.environment).map(([name, value]) => ({ name, value })),
    ephemeralStorage: job.diskGiB === undefined ? undefined : { sizeInGiB: job.diskGiB },
    executionRoleArn: parts.executionRoleArn,
    fargatePlatformConfiguration: { platformVersion: 'LATEST' },
    image: parts.image,
    jobRoleArn: parts.jobRoleArn,
    // Otherwise the command would be process 1, which has no default signal handling and reaps no children.
    linuxParameters: { initProcessEnabled: true },
    logConfiguration: {
      logDriver: 'awslogs',
      options: {
        'awslogs-group': parts.log.group,
        'awslogs-region': parts.log.region,
        'awslogs-stream-prefix': parts.log.prefix,
      },
    },
    // A volume without `host` (which Batch has for EC2 only) is part of the job's own disk.
    mountPoints: job.writablePaths.map((containerPath) => ({
      containerPath,
      readOnly: false,
      sourceVolume: volumeName(containerPath),
    })),
    networkConfiguration: { assignPublicIp: parts.assignPublicIp ? 'ENABLED' : 'DISABLED' },
    privileged: false,
    readonlyRootFilesystem: true,
    resourceRequirements: [
      { type: 'VCPU', value: String(job.size.cpu / 1024) },
      { type: 'MEMORY', value: String(job.size.memory) },
    ],
    runtimePlatform: parts.runtimePlatform,
    secrets: secrets.length === 0 ? undefined : secrets.map(([name, valueFrom]) => ({ name, valueFrom })),
    user: job.user,
    volumes: job.writablePaths.map((path) => ({ name: volumeName(path) })),
  });
}
