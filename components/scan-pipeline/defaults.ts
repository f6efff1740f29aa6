import { jobParts, jobTimeout } from '../../contract/job-kinds.ts';
import { resultDays } from '../../contract/scans.ts';
import { defaultRetentionDays } from '../validation.ts';
import type { Scope as ComponentScope } from '../workflow/index.ts';
import type { ScanPipelineArgs } from './args.ts';

/** The arguments with every default filled in; the defaults live here and nowhere else. */
export type Settings = ReturnType<typeof withDefaults>;

/** What every step of the constructor works with. */
export interface Scope extends ComponentScope {
  settings: Settings;
}

export function withDefaults(args: ScanPipelineArgs) {
  return {
    ...args,
    environment: args.environment ?? {},
    spot: args.spot ?? true,
    onDemandFallback: args.onDemandFallback ?? args.spot ?? true,
    expireDays: args.expireDays ?? resultDays,
    logRetentionDays: args.logRetentionDays ?? defaultRetentionDays,
    tracing: args.tracing ?? false,
    announcements: args.announcements ?? [],
    alarmActionArns: args.alarmActionArns ?? [],
    tags: args.tags ?? {},
  };
}

/** @returns every problem of the arguments. */
export function problems({ kinds, spot, onDemandFallback, concurrency, announcements }: Settings): string[] {
  const count = (part: string) => kinds.filter((kind) => kind.part === part).length;
  return [
    count('fetch') === 1 ? undefined : `kinds needs one with the part fetch, not ${count('fetch')}`,
    count('summary') === 1 ? undefined : `kinds needs one with the part summary, not ${count('summary')}`,
    count('scanner') > 0 ? undefined : 'kinds needs at least one with the part scanner',
    onDemandFallback && !spot ? 'onDemandFallback is for jobs on Spot: set spot' : undefined,
    concurrency === undefined || (concurrency >= 1 && concurrency <= 40)
      ? undefined
      : `concurrency must be 1 to 40, not ${concurrency}`,
    ...kinds.flatMap(({ name, part, timeoutSeconds }) => [
      part === undefined || jobParts.some((known) => known === part)
        ? undefined
        : `${name}: part must be fetch, scanner or summary, not ${part}`,
      timeoutSeconds >= jobTimeout.min && timeoutSeconds <= jobTimeout.max
        ? undefined
        : `${name}: timeoutSeconds must be ${jobTimeout.min} to ${jobTimeout.max}, not ${timeoutSeconds}`,
    ]),
    ...announcements.map(({ name, url }) =>
      url.startsWith('https://') ? undefined : `announcements: the url of ${name} must begin with https://`,
    ),
  ].filter((problem) => problem !== undefined);
}
