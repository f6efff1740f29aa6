import { type JobStatus, unfinished } from '../../contract/scans.ts';
import type { Item } from '../../data/dynamodb/errors.ts';

/** A job run: one request of `/api/v1/jobs` for a job of some kind. */
export interface Run {
  readonly id: string;
  readonly kind: string;
  readonly arguments: Record<string, unknown>;
  readonly status: JobStatus;
  readonly reason?: string | undefined;
  /** The facts by which the job sums up its result: a few numbers and texts. */
  readonly outcome: Record<string, unknown> | null;
  readonly created_at: string;
  readonly updated_at: string;
}

export function newRunItem(id: string, kind: string, given: object, now: Date): Item {
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

/** The input of the execution. It must stay the same for a run: Step Functions refuses a second start with another. */
export function runInput({ id, kind, arguments: given }: Run): object {
  return { job_id: id, kind, arguments: given };
}

export function fromItem(item: Item): Run {
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
