import { choice, conditionFailed, type Definition, type State } from '../ingest-pipeline/states-language.ts';
import type { LaunchDefinitionArgs, PipelineJob } from './args.ts';
import { jobInput, jobStates } from './job-states.ts';
import { now, update, word } from './update.ts';

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
          'output.$': "States.Format('jobs/{}', $.job_id)",
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
        ...update(jobsTable, {
          values: { status: word('running'), execution: { 'S.$': '$.execution' }, updated_at: now },
          condition: 'attribute_exists(id) AND #status IN (:queued, :status)',
          more: { queued: word('queued') },
        }),
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
      Succeeded: {
        ...settle(jobsTable, {
          status: word('succeeded'),
          outcome: { 'S.$': 'States.JsonToString($.read.outcome)' },
        }),
      },
      Failed: settle(jobsTable, { status: word('failed'), reason: { 'S.$': '$.failure.reason' } }),
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

/** The condition admits our own end because the reply to the first try may have been lost. */
function settle(table: string, values: Parameters<typeof update>[1]['values']): State {
  return {
    ...update(table, {
      values: { ...values, updated_at: now },
      remove: ['unfinished'],
      condition:
        '(attribute_not_exists(#execution) OR #execution = :execution) AND #status IN (:queued, :running, :status)',
      more: { execution: { 'S.$': '$.execution' }, queued: word('queued'), running: word('running') },
      names: { '#execution': 'execution' },
    }),
    Catch: [{ ErrorEquals: [conditionFailed], ResultPath: null, Next: 'Settled' }],
    Next: 'Settled',
  };
}
