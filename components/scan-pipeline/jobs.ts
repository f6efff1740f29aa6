import type * as pulumi from '@pulumi/pulumi';
import type { PipelineJob } from '../../workflows/run-job.ts';
import type { FargatePermissionArgs } from '../fargate-task/index.ts';
import { JobQueue } from '../job-queue/index.ts';
import { useKey } from '../key-use.ts';
import type { PrivateBucket } from '../private-bucket/index.ts';
import type { ScanJobKindArgs } from './args.ts';
import type { Scope } from './defaults.ts';

/** Batch's shortest time for an attempt, in seconds. */
const shortestTimeout = 60;

/** The queue and compute environment of scans and job runs, with a role for each kind of job. */
export function createJobs({ name, settings, tags, child }: Scope, bucket: PrivateBucket): JobQueue {
  const { environment, variables } = settings;
  return new JobQueue(
    `${name}-jobs`,
    {
      placement: settings.placement,
      image: settings.image,
      maxVcpus: settings.maxVcpus,
      spot: settings.spot,
      onDemandFallback: settings.onDemandFallback,
      logRetentionDays: settings.logRetentionDays,
      keyArn: settings.keyArn,
      alarmActionArns: settings.alarmActionArns,
      tags,
      jobs: settings.kinds.map((kind) => ({
        name: kind.name,
        command: commandOf(kind),
        assignPublicIp: kind.part === 'fetch' ? settings.fetchPublicIp : undefined,
        size: { cpu: kind.vcpu * 1024, memory: kind.memoryMiB },
        timeoutSeconds: attemptSeconds(kind),
        attempts: kind.attempts,
        environment: {
          ...Object.fromEntries(
            (kind.variables ?? []).flatMap((variable) => {
              const value = environment[variable];
              return value === undefined ? [] : [[variable, value]];
            }),
          ),
          [variables.bucket]: bucket.bucketName,
        },
        permissions: [
          ...permissionsOf(kind, bucket.bucketArn),
          ...useKey(settings.keyArn, kind.writes.length > 0 ? 'write objects' : 'read objects', child),
        ],
      })),
    },
    child,
  );
}

/** Batch takes no time limit below a minute. `timeout`, which every image has, ends shorter jobs inside the container. */
function commandOf({ command, timeoutSeconds }: ScanJobKindArgs): string[] {
  return timeoutSeconds < shortestTimeout
    ? ['timeout', '-s', 'KILL', String(timeoutSeconds), ...command]
    : command;
}

function attemptSeconds({ timeoutSeconds }: ScanJobKindArgs): number {
  return Math.max(timeoutSeconds, shortestTimeout);
}

/** A kind of job in the form in which the state machines submit it. */
export function pipelineJob(kind: ScanJobKindArgs, definition: string): PipelineJob {
  const { name, part, vcpu, memoryMiB } = kind;
  return {
    kind: name,
    ...(part === undefined ? {} : { part: part as NonNullable<PipelineJob['part']> }),
    definition,
    vcpu,
    memoryMiB,
    timeoutSeconds: attemptSeconds(kind),
  };
}

/** Permissions on the job's own objects only. It may not list the bucket, so S3 answers 403 for a missing object. */
function permissionsOf(kind: ScanJobKindArgs, bucketArn: pulumi.Output<string>): FargatePermissionArgs[] {
  const objects = (keys: string[]) => keys.map((key) => bucketArn.apply((arn) => `${arn}/${key}`));
  return [
    ...(kind.reads.length > 0 ? [{ actions: ['s3:GetObject'], resources: objects(kind.reads) }] : []),
    // `PutObject` covers uploads in parts; the other action ends one that failed.
    ...(kind.writes.length > 0
      ? [{ actions: ['s3:AbortMultipartUpload', 's3:PutObject'], resources: objects(kind.writes) }]
      : []),
  ];
}
