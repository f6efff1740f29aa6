import { appendFileSync, readFileSync } from 'node:fs';

/** What happened to a run. `created` is the task's first start on this laptop; a run that has begun and has no end was broken
 * off with the laptop. */
export type RunEvent = 'created' | 'begun' | 'succeeded' | 'failed' | 'skipped' | 'repeated' | 'missed';

export interface RunRecord {
  readonly task: string;
  readonly event: RunEvent;
  /** The time that the run stands for, and that of the event: ISO 8601 in UTC. */
  readonly time: string;
  readonly at: string;
  /** ARN of the run's execution; a missed run has none. */
  readonly execution?: string;
  /** Of a run by hand. */
  readonly byHand?: boolean;
  /** Why a run failed. */
  readonly reason?: string;
  /** How many times before `time` were missed too. */
  readonly before?: number;
}

/** The runs of all tasks, one JSON object a line. */
export interface History {
  add(record: RunRecord): void;
  all(): RunRecord[];
}

export function openHistory(file: string): History {
  return {
    add: (record) => appendFileSync(file, `${JSON.stringify(record)}\n`),
    all: () => readHistory(file),
  };
}

/** The newest runs of one task, newest first: each with its end, or its begin while it has none. */
export function lastRuns(records: readonly RunRecord[], number: number): RunRecord[] {
  const runs = new Map<string, RunRecord>();
  for (const record of records) {
    if (record.event === 'created') continue;
    // A run that ends late comes behind those that have begun after it.
    const key = record.execution ?? record.time;
    runs.delete(key);
    runs.set(key, record);
  }
  return [...runs.values()].slice(-number).reverse();
}

/** A line that a kill has cut off is left out. */
export function readHistory(file: string): RunRecord[] {
  return read(file)
    .split('\n')
    .flatMap((line) => {
      try {
        return [JSON.parse(line) as RunRecord];
      } catch {
        return [];
      }
    });
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}

/** `2026-03-29T01:00:00Z`, as EventBridge Scheduler writes it. */
export function timeText(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
}
