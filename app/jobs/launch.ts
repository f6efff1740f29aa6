import { type JobStatus, unfinished } from '../../contract/scans.ts';
import type { Item } from '../../data/dynamodb/errors.ts';

/** A launched job. */
export interface Launch {
  readonly id: string;
  readonly kind: string;
  readonly arguments: Record<string, unknown>;
  readonly status: JobStatus;
  readonly reason?: string | undefined;
  /** What the job itself says about its result: a few numbers and words. */
  readonly outcome: Record<string, unknown> | null;
  readonly created_at: string;
  readonly updated_at: string;
}

export function newLaunchItem(id: string, kind: string, given: object, now: Date): Item {
  const texts = {
    id,
    kind,
    arguments: JSON.stringify(given),
    status: 'queued',
    unfinished,
    created_at: now.toISOString(),
    updated_at: now.toISOString(),
  };
  return Object.fromEntries(Object.entries(texts).map(([name, S]) => [name, { S }]));
}

/** What the state machine is started with: the same for a job however often. */
export function launchInput({ id, kind, arguments: given }: Launch): object {
  return { job_id: id, kind, arguments: given };
}

export function fromItem(item: Item): Launch {
  const text = (name: string) => item[name]?.S as string;
  return {
    id: text('id'),
    kind: text('kind'),
    arguments: JSON.parse(text('arguments')),
    status: text('status') as JobStatus,
    reason: item.reason?.S || undefined,
    outcome: item.outcome?.S ? JSON.parse(item.outcome.S) : null,
    created_at: text('created_at'),
    updated_at: text('updated_at'),
  };
}
