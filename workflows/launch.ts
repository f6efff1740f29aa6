import { outputPrefix } from '../contract/scans.ts';
import { choice, conditionFailed, type Definition, type State } from './asl.ts';
import { type JobsArgs, jobInput, jobStates, type PipelineJob } from './run-job.ts';
import { settle, start, word } from './scan/item.ts';

export interface LaunchDefinitionArgs extends JobsArgs {
  /** Name of the jobs' table, whose partition key is `id`. */
  readonly jobsTable: string;
}

/** An hour and a half: the longest job, its attempts after interruptions, and a queue before it. */
const timeoutSeconds = 5400;

/**
 * The state machine that runs one job which somebody launched. Its input is `{job_id, kind, arguments}`, or the status
 * event of an execution of its own that broke off; an execution is named like its job.
 */
export function launchDefinition(args: LaunchDefinitionArgs): Definition {
  const { jobsTable, jobs } = args;
  return {
    Comment: 'Runs one launched job and saves its outcome',
    StartAt: 'Event',
    TimeoutSeconds: timeoutSeconds,
    States: {
      Event: choice([{ Variable: '$.source', IsPresent: true, Next: 'Abandoned' }], 'Received'),
      Received: {
        Type: 'Pass',
        Parameters: {
          'id.$': '$.job_id',
          'kind.$': '$.kind',
          'output.$': `States.Format('${outputPrefix.job('{}')}', $.job_id)`,
          'arguments.$': 'States.JsonToString($.arguments)',
          'execution.$': '$$.Execution.Id',
        },
        Next: 'Start',
      },
      Abandoned: {
        Type: 'Pass',
        Comment: 'An execution ended without the chance to say so',
        Parameters: {
          'input.$': 'States.StringToJson($.detail.input)',
          'execution.$': '$.detail.executionArn',
          'status.$': '$.detail.status',
        },
        Next: 'GivenUp',
      },
      GivenUp: {
        Type: 'Pass',
        Parameters: {
          'id.$': '$.input.job_id',
          'execution.$': '$.execution',
          failure: { 'reason.$': "States.Format('the job broke off ({})', $.status)" },
        },
        Next: 'Failed',
      },
      Start: {
        ...start(jobsTable),
        Catch: [{ ErrorEquals: [conditionFailed], ResultPath: null, Next: 'Settled' }],
        Next: 'Kind',
      },
      Kind: choice(
        jobs.map(({ kind }) => ({ Variable: '$.kind', StringEquals: kind, Next: stateOf(kind) })),
        'Unknown',
      ),
      ...Object.fromEntries(jobs.map((job) => [stateOf(job.kind), selected(job)])),
      Unknown: {
        Type: 'Pass',
        Result: { reason: 'this kind of job is no longer registered' },
        ResultPath: '$.failure',
        Next: 'Failed',
      },
      ...jobStates('', args, { succeeded: 'Succeeded', failed: 'Failed' }),
      Succeeded: ended(jobsTable, {
        status: word('succeeded'),
        outcome: { 'S.$': 'States.JsonToString($.read.outcome)' },
      }),
      Failed: ended(jobsTable, { status: word('failed'), reason: { 'S.$': '$.failure.reason' } }),
      Settled: { Type: 'Succeed' },
    },
  };
}

/** State names have no more than 80 characters; kinds are short. */
function stateOf(kind: string): string {
  return `Job ${kind}`;
}

function selected(job: PipelineJob): State {
  return { Type: 'Pass', Result: jobInput(job), ResultPath: '$.job', Next: 'Known' };
}

function ended(table: string, set: Parameters<typeof settle>[1]): State {
  return {
    ...settle(table, set, ['unfinished']),
    Catch: [{ ErrorEquals: [conditionFailed], ResultPath: null, Next: 'Settled' }],
    Next: 'Settled',
  };
}
