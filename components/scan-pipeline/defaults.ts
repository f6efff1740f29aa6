import type { Scope as Place } from '../workflow/index.ts';
import type { ScanPipelineArgs } from './args.ts';

/** The arguments with every default filled in; the defaults live here and nowhere else. */
export type Settings = ReturnType<typeof withDefaults>;

/** What every step of the constructor works with. */
export interface Scope extends Place {
  settings: Settings;
}

export function withDefaults(args: ScanPipelineArgs) {
  return {
    ...args,
    environment: args.environment ?? {},
    maxVcpus: args.maxVcpus ?? 4,
    spot: args.spot ?? true,
    concurrency: args.concurrency ?? 4,
    expireDays: args.expireDays ?? 90,
    logRetentionDays: args.logRetentionDays ?? 30,
    tracing: args.tracing ?? false,
    announcements: args.announcements ?? [],
    tags: args.tags ?? {},
  };
}

/** @returns every problem of the arguments. */
export function problems({ kinds, concurrency, announcements }: Settings): string[] {
  const count = (part: string) => kinds.filter((kind) => kind.part === part).length;
  const parts = ['fetch', 'scanner', 'summary', undefined];
  return [
    count('fetch') === 1 ? undefined : `kinds needs one with the part fetch, not ${count('fetch')}`,
    count('summary') === 1 ? undefined : `kinds needs one with the part summary, not ${count('summary')}`,
    count('scanner') > 0 ? undefined : 'kinds needs at least one with the part scanner',
    concurrency >= 1 && concurrency <= 40 ? undefined : `concurrency must be 1 to 40, not ${concurrency}`,
    ...kinds.flatMap(({ name, part, timeoutSeconds }) => [
      parts.includes(part) ? undefined : `${name}: part must be fetch, scanner or summary, not ${part}`,
      timeoutSeconds >= 5 && timeoutSeconds <= 1800
        ? undefined
        : `${name}: timeoutSeconds must be 5 to 1800, not ${timeoutSeconds}`,
    ]),
    ...announcements.map(({ name, url }) =>
      url.startsWith('https://') ? undefined : `announcements: the url of ${name} must begin with https://`,
    ),
  ].filter((problem) => problem !== undefined);
}
