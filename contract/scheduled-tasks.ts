import type { TableDefinition } from './tables.ts';

/** What the state machine of a scheduled task, its container and the laptop agree on. */

/** The table with an item for each task. */
export const taskTable = { partitionKey: 'id' } as const satisfies TableDefinition;

/** The environment variable with the time that a run stands for, `2026-03-29T01:00:00Z`: that of the schedule, or of a run by
 * hand its start. All attempts of a run get the same. */
export const scheduledTimeVariable = 'SCHEDULED_TIME';

export const runOutcomes = ['succeeded', 'failed'] as const;
export type RunOutcome = (typeof runOutcomes)[number];

/** The input of the state machine: one of the two, or neither. */
export interface RunInput {
  /** The time for which the scheduler starts it. A delivery that comes twice has it twice. */
  readonly scheduled_time?: string;
  /** The time that a run by hand stands for, such as one that was missed. Without it that is the run's start. */
  readonly run_time?: string;
}

/** The attributes of a task's item: what runs, what ran last. Times are ISO 8601 in UTC. */
export const taskAttributes = {
  /** ARN of the execution that runs; gone once it has ended. */
  execution: 'execution',
  /** The time that it stands for, and when it began. */
  time: 'run_time',
  startedAt: 'started_at',
  /** The last scheduled time for which a run began. */
  scheduled: 'scheduled_time',
  /** How the last run ended, of which time it was, when and, of one that failed, why. */
  outcome: 'outcome',
  outcomeTime: 'outcome_time',
  endedAt: 'ended_at',
  reason: 'reason',
  succeededAt: 'succeeded_at',
  /** The last time that was skipped because the run before it had not ended. */
  skippedTime: 'skipped_time',
} as const;
