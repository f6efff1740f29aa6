import { parseSchedule, type Schedule } from '../../contract/cron.ts';
import { longestGapSeconds, runsAfter, skippedDays } from '../../contract/cron-times.ts';
import { revealed } from '../../stacks/evaluate/values.ts';
import { evaluateStack, programIn } from '../../stacks/plan/program.ts';
import { timeText } from './history.ts';

/** When a schedule of EventBridge Scheduler runs. */
export interface ScheduleTimes {
  readonly name: string;
  readonly schedule: string;
  readonly timeZone: string;
  readonly enabled: boolean;
  /** The next runs; of a rate, as if the schedule were made now. */
  readonly next: readonly string[];
  /** Null when the runs come to an end. */
  readonly longestGapSeconds: number | null;
  /** Days of 2026 and 2027 on which the clock skips all of its times. */
  readonly skippedDays: readonly string[];
}

export interface ScheduleInputs {
  readonly scheduleExpression: string;
  readonly scheduleExpressionTimezone?: string;
  readonly state?: string;
}

/**
 * Evaluates a program as its plan does, without AWS, and tells when its schedules run.
 *
 * @throws when it has none, or one that cannot be read
 */
export async function schedulesOf(directory: string, stack: string, now: number): Promise<ScheduleTimes[]> {
  const program = programIn(directory);
  const { resources } = await evaluateStack(program, stack, program.configuration(stack, []));
  const found = resources
    .filter(({ type }) => type === 'aws:scheduler/schedule:Schedule')
    .map(({ name, inputs }) => timesOf(name, revealed(inputs) as unknown as ScheduleInputs, now));
  if (found.length === 0) throw new Error(`the program in ${directory} has no schedule`);
  return found;
}

/** How many runs are told. */
const shown = 3;

/** What is told of a schedule, from its inputs. */
export function timesOf(name: string, inputs: ScheduleInputs, now: number): ScheduleTimes {
  const { scheduleExpression, scheduleExpressionTimezone: timeZone = 'Etc/UTC', state = 'ENABLED' } = inputs;
  const schedule = parseSchedule(scheduleExpression);
  const gap = longestGapSeconds(schedule, timeZone);
  return {
    name,
    schedule: scheduleExpression,
    timeZone,
    enabled: state === 'ENABLED',
    next: nextRuns(schedule, timeZone, now),
    longestGapSeconds: Number.isFinite(gap) ? gap : null,
    skippedDays: skippedDays(schedule, timeZone),
  };
}

function nextRuns(schedule: Schedule, timeZone: string, now: number): string[] {
  const runs: string[] = [];
  for (const run of runsAfter(schedule, timeZone, now)) {
    runs.push(timeText(run));
    if (runs.length === shown) break;
  }
  return runs;
}
