import { now, onError, type State, updateItem } from '../asl.ts';
import { jobInput, jobStates, type PipelineJob } from '../run-job.ts';
import type { ScanDefinitionArgs } from './args.ts';
import { word } from './item.ts';

interface Step {
  /** Name of its first state, and prefix of the others. */
  readonly name: string;
  readonly part: NonNullable<PipelineJob['part']>;
  readonly arguments: Readonly<Record<string, string>>;
  /** Where the results go: `[{status, outcome | reason, ended}]`, one for each job. */
  readonly resultPath: string;
  readonly next: string;
  readonly concurrency?: number;
}

/**
 * Runs all jobs of one part of a scan. A job that fails does not end the others: each returns how it ended, and the
 * scan's item shows the progress of each.
 */
export function jobsOf(args: ScanDefinitionArgs, step: Step): Record<string, State> {
  const { name, part, resultPath, next, concurrency = 1 } = step;
  const items = args.jobs.filter((job) => job.part === part).map(jobInput);
  return {
    [name]: {
      Type: 'Pass',
      Parameters: { items, arguments: step.arguments },
      ResultPath: '$.step',
      Next: `${name}Jobs`,
    },
    [`${name}Jobs`]: {
      Type: 'Map',
      ItemsPath: '$.step.items',
      MaxConcurrency: concurrency,
      ItemSelector: {
        'id.$': '$.id',
        'output.$': '$.output',
        'job.$': '$$.Map.Item.Value',
        'arguments.$': 'States.JsonToString($.step.arguments)',
      },
      ItemProcessor: {
        ProcessorConfig: { Mode: 'INLINE' },
        StartAt: `${name}MarkRunning`,
        States: jobWithMarks(name, args),
      },
      ResultPath: resultPath,
      Catch: [onError('ExecutionBroken')],
      Next: next,
    },
  };
}

function jobWithMarks(name: string, args: ScanDefinitionArgs): Record<string, State> {
  const kind = { '#jobs': 'jobs', '#kind.$': '$.job.kind' };
  const { scansTable } = args;
  return {
    [`${name}MarkRunning`]: {
      ...updateItem(scansTable, {
        expression: 'SET #jobs.#kind = :job',
        values: { job: { M: { status: word('running'), started_at: now } } },
        names: kind,
      }),
      // Only people look at this mark, so a scan goes on when it cannot be written.
      Catch: [onError(`${name}ReadEarlierOutcome`)],
      Next: `${name}ReadEarlierOutcome`,
    },
    ...jobStates(name, args, { succeeded: `${name}MarkSucceeded`, failed: `${name}MarkFailed` }),
    [`${name}MarkSucceeded`]: {
      ...updateItem(scansTable, {
        expression: 'SET #jobs.#kind.#status = :ended, #jobs.#kind.#ended_at = :now',
        values: { ended: word('succeeded'), now },
        names: { ...kind, '#status': 'status', '#ended_at': 'ended_at' },
      }),
      Catch: [onError(`${name}ReturnSuccess`)],
      Next: `${name}ReturnSuccess`,
    },
    [`${name}ReturnSuccess`]: {
      Type: 'Pass',
      Parameters: {
        status: 'succeeded',
        'outcome.$': '$.read.outcome',
        ended: { 'kind.$': '$.job.kind', status: 'succeeded' },
      },
      End: true,
    },
    [`${name}MarkFailed`]: {
      ...updateItem(scansTable, {
        expression:
          'SET #jobs.#kind.#status = :ended, #jobs.#kind.#ended_at = :now, #jobs.#kind.#reason = :reason',
        values: { ended: word('failed'), now, reason: { 'S.$': '$.failure.reason' } },
        names: { ...kind, '#status': 'status', '#ended_at': 'ended_at', '#reason': 'reason' },
      }),
      Catch: [onError(`${name}ReturnFailure`)],
      Next: `${name}ReturnFailure`,
    },
    [`${name}ReturnFailure`]: {
      Type: 'Pass',
      Parameters: {
        status: 'failed',
        'reason.$': '$.failure.reason',
        ended: { 'kind.$': '$.job.kind', status: 'failed', 'reason.$': '$.failure.reason' },
      },
      End: true,
    },
  };
}
