import { defaultRetentionDays } from '../validation.ts';
import type { Scope as ComponentScope } from '../workflow/index.ts';
import type { ScheduledTaskArgs } from './args.ts';

/** The arguments with the defaults that are the component's own; those of the container are `JobQueue`'s. */
export type Settings = ReturnType<typeof withDefaults>;

/** What every step of the constructor works with. */
export interface Scope extends ComponentScope {
  settings: Settings;
}

export function withDefaults(args: ScheduledTaskArgs) {
  const timeLimitSeconds = args.timeLimitSeconds ?? 3600;
  return {
    ...args,
    timeZone: args.timeZone ?? 'Etc/UTC',
    enabled: args.enabled ?? true,
    overlap: args.overlap ?? false,
    timeLimitSeconds,
    retries: args.retries ?? 2,
    slowSeconds: args.slowSeconds ?? Math.ceil(timeLimitSeconds / 2),
    graceSeconds: args.graceSeconds ?? 900,
    size: args.size ?? { cpu: 256, memory: 512 },
    tracing: args.tracing ?? false,
    logRetentionDays: args.logRetentionDays ?? defaultRetentionDays,
    alarmActionArns: args.alarmActionArns ?? [],
    deletionProtection: args.deletionProtection ?? false,
    tags: args.tags ?? {},
  };
}
