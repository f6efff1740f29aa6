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
