import { taskAttributes } from '../contract/scheduled-tasks.ts';
import { choice, type Definition, getItem } from './asl.ts';

export interface ScheduledWatchArgs {
  /** Name of the table, whose partition key is `id`. */
  readonly table: string;
  /** Seconds after a run's time by which the next one must have begun. */
  readonly waitSeconds: number;
}

/** Seconds for what an execution does beside waiting. */
const slackSeconds = 3600;

/**
 * The state machine that tells when no run has followed another one. Its input is `{id, time}`: the task and the scheduled time of
 * the run that has begun. It fails when that is still the task's last scheduled time after the wait.
 */
export function scheduledWatchDefinition({ table, waitSeconds }: ScheduledWatchArgs): Definition {
  const last = `$.read.Item.${taskAttributes.scheduled}.S`;
  return {
    Comment: 'Fails when the next run has not begun in time',
    StartAt: 'WaitForNextRun',
    TimeoutSeconds: waitSeconds + slackSeconds,
    States: {
      WaitForNextRun: { Type: 'Wait', Seconds: waitSeconds, Next: 'ReadTask' },
      ReadTask: { ...getItem(table, '$.id'), ResultPath: '$.read', Next: 'HasNextRunBegun' },
      HasNextRunBegun: choice(
        [
          {
            And: [
              { Variable: last, IsPresent: true },
              { Variable: last, StringGreaterThanPath: '$.time' },
            ],
            Next: 'NextRunHasBegun',
          },
        ],
        'NextRunMissed',
      ),
      NextRunHasBegun: { Type: 'Succeed' },
      NextRunMissed: {
        Type: 'Fail',
        Error: 'NextRunMissed',
        Cause: 'No run has begun since the one for which this execution was started',
      },
    },
  };
}
