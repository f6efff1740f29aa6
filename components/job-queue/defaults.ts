import { imageDefaults, placementDefaults } from '../fargate-task/index.ts';
import { defaultRetentionDays } from '../validation.ts';
import type { Scope as ComponentScope } from '../workflow/index.ts';
import type { JobQueueArgs, JobQueueJobArgs } from './args.ts';

export const defaultMaxVcpus = 4;

/** Seconds that a job on demand waits for capacity. */
export const defaultStuckSeconds = 3600;

/** Seconds that a job waits for Spot where it can run on demand instead. */
const spotSeconds = 900;

/** The arguments with every default filled in. The defaults of the component live here and nowhere else. */
export type Settings = ReturnType<typeof withDefaults>;
export type JobSettings = ReturnType<typeof jobDefaults>;

/** What every step of the constructor works with. */
export interface Scope extends ComponentScope {
  settings: Settings;
}

export function withDefaults(args: JobQueueArgs) {
  const onDemandFallback = args.onDemandFallback ?? false;
  return {
    ...args,
    placement: placementDefaults(args.placement),
    image: imageDefaults(args.image),
    jobs: args.jobs.map((job) => jobDefaults(job, args.placement)),
    secretKeyArns: args.secretKeyArns ?? [],
    maxVcpus: args.maxVcpus ?? defaultMaxVcpus,
    spot: args.spot ?? false,
    onDemandFallback,
    stuckSeconds: args.stuckSeconds ?? (onDemandFallback ? spotSeconds : defaultStuckSeconds),
    logRetentionDays: args.logRetentionDays ?? defaultRetentionDays,
    alarmActionArns: args.alarmActionArns ?? [],
    tags: args.tags ?? {},
  };
}

function jobDefaults(args: JobQueueJobArgs, placement: JobQueueArgs['placement']) {
  return {
    ...args,
    assignPublicIp: args.assignPublicIp ?? placement.assignPublicIp ?? false,
    size: args.size ?? { cpu: 256, memory: 512 },
    timeoutSeconds: args.timeoutSeconds ?? 3600,
    attempts: args.attempts ?? 5,
    permissions: args.permissions ?? [],
    user: args.user ?? '1000:1000',
    environment: args.environment ?? {},
    secrets: args.secrets ?? {},
    writablePaths: args.writablePaths ?? ['/tmp'],
  };
}
