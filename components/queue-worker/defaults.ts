import type { QueueWorkerArgs } from './args.ts';

/** The arguments with the defaults that are the component's own; those of the tasks are the service's. */
export type Settings = ReturnType<typeof withDefaults>;

export function withDefaults(args: QueueWorkerArgs) {
  return {
    ...args,
    minTasks: args.minTasks ?? 0,
    maxTasks: args.maxTasks ?? 10,
    stopTimeoutSeconds: args.stopTimeoutSeconds ?? 120,
    capacity: args.capacity ?? { base: 1, onDemandWeight: 0, spotWeight: 1 },
    alarmActionArns: args.alarmActionArns ?? [],
    tags: args.tags ?? {},
  };
}
