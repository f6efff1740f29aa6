import { outputPrefix } from '../contract/scans.ts';
import { choice, conditionFailed, type Definition, type State } from './asl.ts';
import { type JobsArgs, jobInput, jobStates, type PipelineJob } from './run-job.ts';
import { settle, start, word } from './scan/item.ts';

export interface JobRunDefinitionArgs extends JobsArgs {
  /** Name of the jobs' table, whose partition key is `id`. */
  readonly jobsTable: string;
}

/** An hour and a half: time for the longest job, for its repetitions after interruptions, and for the queue before it. */
const timeoutSeconds = 5400;

/**
 * The state machine of a job run (`POST /api/v1/jobs`). Its input is `{job_id, kind, arguments}`, or the status event of
 * an earlier execution of this machine that ended too early. An execution has the name of its job run.
 */
export function jobRunDefinition(args: JobRunDefinitionArgs): Definition {
  const { jobsTable, jobs } = args;
  return {
    Comment: 'Runs one job and saves its outcome',
    StartAt: 'WhichEvent',
    TimeoutSeconds: timeoutSeconds,
    States: {
      WhichEvent: choice([{ Variable: '$.source', IsPresent: true, Next: 'AbandonedJobRun' }], 'NewJobRun'),
      NewJobRun: {
        Type: 'Pass',
        Parameters: {
          'id.$': '$.job_id',
          'kind.$': '$.kind',
          'output.$': `States.Format('${outputPrefix.job('{}')}', $.job_id)`,
          'arguments.$': 'States.JsonToString($.arguments)',
          'execution.$': '$$.Execution.Id',
        },
        Next: 'MarkRunning',
      },
      AbandonedJobRun: {
        Type: 'Pass',
        Comment: 'An earlier execution ended before it could save how the job ended',
        Parameters: {
          'input.$': 'States.StringToJson($.detail.input)',
          'execution.$': '$.detail.executionArn',
          'status.$': '$.detail.status',
        },
        Next: 'ExecutionAbandoned',
      },
      ExecutionAbandoned: {
        Type: 'Pass',
        Parameters: {
          'id.$': '$.input.job_id',
          'execution.$': '$.execution',
          failure: { 'reason.$': "States.Format('the job broke off ({})', $.status)" },
        },
        Next: 'SaveFailure',
      },
      MarkRunning: {
        ...start(jobsTable),
        Catch: [{ ErrorEquals: [conditionFailed], ResultPath: null, Next: 'Ended' }],
        Next: 'ChooseKind',
      },
      ChooseKind: choice(
        jobs.map(({ kind }) => ({ Variable: '$.kind', StringEquals: kind, Next: stateOf(kind) })),
        'UnknownKind',
      ),
      ...Object.fromEntries(jobs.map((job) => [stateOf(job.kind), selected(job)])),
      UnknownKind: {
        Type: 'Pass',
        Result: { reason: 'this kind of job is no longer registered' },
        ResultPath: '$.failure',
        Next: 'SaveFailure',
      },
      ...jobStates('', args, { succeeded: 'SaveSuccess', failed: 'SaveFailure' }),
      SaveSuccess: ended(jobsTable, {
        status: word('succeeded'),
        outcome: { 'S.$': 'States.JsonToString($.read.outcome)' },
      }),
      SaveFailure: ended(jobsTable, { status: word('failed'), reason: { 'S.$': '$.failure.reason' } }),
      Ended: { Type: 'Succeed' },
    },
  };
}

/** The state that selects a kind of job. A state's name has at most 80 characters; kinds have 32. */
function stateOf(kind: string): string {
  return `Job ${kind}`;
}

function selected(job: PipelineJob): State {
  return { Type: 'Pass', Result: jobInput(job), ResultPath: '$.job', Next: 'ReadEarlierOutcome' };
}

function ended(table: string, set: Parameters<typeof settle>[1]): State {
  return {
    ...settle(table, set, ['unfinished']),
    Catch: [{ ErrorEquals: [conditionFailed], ResultPath: null, Next: 'Ended' }],
    Next: 'Ended',
  };
}
