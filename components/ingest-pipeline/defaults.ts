import type { SizeClass } from '../../workflows/ingest.ts';
import { defaultMaxVcpus } from '../job-queue/index.ts';
import { defaultRetentionDays } from '../validation.ts';
import type { Scope as ComponentScope } from '../workflow/index.ts';
import type { IngestPipelineArgs } from './args.ts';

export const defaultBacklogMinutes = 120;

/** The arguments with every default filled in. The component's defaults are here and nowhere else; what it passes on to
 * its `JobQueue` has the defaults of that. */
export type Settings = ReturnType<typeof withDefaults>;

/** What every step of the constructor works with. */
export interface Scope extends ComponentScope {
  settings: Settings;
}

export function withDefaults(args: IngestPipelineArgs) {
  const spot = args.spot ?? false;
  return {
    ...args,
    spot,
    onDemandFallback: args.onDemandFallback ?? (spot && args.definition === undefined),
    outputPrefixes: args.outputPrefixes ?? [],
    keptPrefixes: args.keptPrefixes ?? [],
    sizeClasses: args.sizeClasses.map(
      (sizeClass): SizeClass => ({ ...sizeClass, maxBytes: sizeClass.maxBytes ?? Number.POSITIVE_INFINITY }),
    ),
    environment: args.environment ?? {},
    permissions: args.permissions ?? [],
    maxVcpus: args.maxVcpus ?? defaultMaxVcpus,
    alarmActionArns: args.alarmActionArns ?? [],
    backlogMinutes: args.backlogMinutes ?? defaultBacklogMinutes,
    tracing: args.tracing ?? false,
    logRetentionDays: args.logRetentionDays ?? defaultRetentionDays,
    tags: args.tags ?? {},
  };
}
