import type * as pulumi from '@pulumi/pulumi';
import type { SizeClass } from '../../workflows/ingest.ts';
import type { FargatePermissionArgs } from '../fargate-task/index.ts';
import { JobQueue } from '../job-queue/index.ts';
import { useKey } from '../key-use.ts';
import type { PrivateBucket } from '../private-bucket/index.ts';
import type { Scope, Settings } from './defaults.ts';

/** The only kind of job in the queue. */
export const jobName = 'ingest';

/** The queue of the jobs. The state machine overrides size and timeout by the file's class; the job definition has the
 * smallest size and the longest timeout. */
export function createJobs({ name, settings, tags, child }: Scope, bucket: PrivateBucket): JobQueue {
  const [smallest] = settings.sizeClasses as [SizeClass];
  return new JobQueue(
    `${name}-jobs`,
    {
      placement: settings.placement,
      image: settings.image,
      jobs: [
        {
          name: jobName,
          command: settings.command,
          size: { cpu: smallest.vcpu * 1024, memory: smallest.memoryMiB },
          timeoutSeconds: Math.max(...settings.sizeClasses.map(({ timeoutSeconds }) => timeoutSeconds)),
          environment: { ...settings.environment, [settings.variables.bucket]: bucket.bucketName },
          permissions: [
            ...filePermissions(settings, bucket),
            ...settings.permissions,
            ...useKey(settings.keyArn, 'write objects', child),
            ...useKey(settings.keyArn, 'use tables', child),
          ],
        },
      ],
      maxVcpus: settings.maxVcpus,
      spot: settings.spot,
      onDemandFallback: settings.onDemandFallback,
      stuckSeconds: settings.stuckSeconds,
      logRetentionDays: settings.logRetentionDays,
      keyArn: settings.keyArn,
      logKeyArn: settings.logKeyArn,
      alarmActionArns: settings.alarmActionArns,
      tags,
    },
    child,
  );
}

/** Permissions to read what arrives, to write below the output prefixes, and for all of that where jobs keep objects.
 * Without `s3:ListBucket` S3 would answer 403 for an object that is missing, as if reading were not allowed. */
function filePermissions(
  { prefix, outputPrefixes, keptPrefixes }: Settings,
  { bucketArn }: PrivateBucket,
): FargatePermissionArgs[] {
  const objects = (action: string, prefixes: string[]) =>
    prefixes.length === 0
      ? []
      : [{ actions: [action], resources: prefixes.map((each) => below(bucketArn, each)) }];
  return [
    ...objects('s3:GetObject', [prefix, ...keptPrefixes]),
    { actions: ['s3:ListBucket'], resources: [bucketArn] },
    ...objects('s3:PutObject', [...outputPrefixes, ...keptPrefixes]),
    ...objects('s3:DeleteObject', keptPrefixes),
  ];
}

/** ARN of all objects under a prefix. */
export function below(bucketArn: pulumi.Output<string>, prefix: string): pulumi.Output<string> {
  return bucketArn.apply((arn) => `${arn}/${prefix}*`);
}
