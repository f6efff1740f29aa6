import { now, onError, type State, updateItem } from '../asl.ts';
import { jobInput, jobStates, type PipelineJob } from '../run-job.ts';
import type { ScanDefinitionArgs } from './args.ts';
import { word } from './item.ts';

interface Step {
  /** Of the state that begins it. */
  readonly name: string;
  readonly part: NonNullable<PipelineJob['part']>;
  readonly arguments: Readonly<Record<string, string>>;
  /** Gets `[{kind, status, outcome | reason, ended}]`. */
  readonly resultPath: string;
  readonly next: string;
  readonly concurrency?: number;
}

/**
 * Runs all jobs of one part of a scan. Each of them has an end, whatever happens to it: the caller sees who
 * failed, and the scan's item shows how far each is.
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
        StartAt: `${name}Mark`,
        States: jobWithMarks(name, args),
      },
      ResultPath: resultPath,
      Catch: [onError('Broken')],
      Next: next,
    },
  };
}

function jobWithMarks(name: string, args: ScanDefinitionArgs): Record<string, State> {
  const kind = { '#jobs': 'jobs', '#kind.$': '$.job.kind' };
  const { scansTable } = args;
  return {
    [`${name}Mark`]: {
      ...updateItem(scansTable, {
        expression: 'SET #jobs.#kind = :job',
        values: { job: { M: { status: word('running'), started_at: now } } },
        names: kind,
      }),
      // The mark is for people to see; a scan does without.
      Catch: [onError(`${name}Known`)],
      Next: `${name}Known`,
    },
    ...jobStates(name, args, { succeeded: `${name}Succeeded`, failed: `${name}Failed` }),
    [`${name}Succeeded`]: {
      ...updateItem(scansTable, {
        expression: 'SET #jobs.#kind.#status = :ended, #jobs.#kind.#ended_at = :now',
        values: { ended: word('succeeded'), now },
        names: { ...kind, '#status': 'status', '#ended_at': 'ended_at' },
      }),
      Catch: [onError(`${name}Success`)],
      Next: `${name}Success`,
    },
    [`${name}Success`]: {
      Type: 'Pass',
      Parameters: {
        status: 'succeeded',
        'outcome.$': '$.read.outcome',
        ended: { 'kind.$': '$.job.kind', status: 'succeeded' },
      },
      End: true,
    },
    [`${name}Failed`]: {
      ...updateItem(scansTable, {
        expression:
          'SET #jobs.#kind.#status = :ended, #jobs.#kind.#ended_at = :now, #jobs.#kind.#reason = :reason',
        values: { ended: word('failed'), now, reason: { 'S.$': '$.failure.reason' } },
        names: { ...kind, '#status': 'status', '#ended_at': 'ended_at', '#reason': 'reason' },
      }),
      Catch: [onError(`${name}Failure`)],
      Next: `${name}Failure`,
    },
    [`${name}Failure`]: {
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
