import type * as aws from '@pulumi/aws';
import type { RunsQuery } from './args.ts';

/** The ends of runs in the log of executions: the last state that they entered, or how Step Functions ended them. */
const ends = ['SucceedStateEntered', 'FailStateEntered', 'ExecutionAborted', 'ExecutionTimedOut'];

/** The newest runs, in the language of CloudWatch Logs Insights. */
export function lastRuns(name: string, executionLog: aws.cloudwatch.LogGroup): RunsQuery {
  return {
    title: `${name}: last runs`,
    logGroupName: executionLog.name,
    query: [
      'fields @timestamp as ended, coalesce(details.name, type) as outcome, execution_arn as execution',
      `filter type in ${JSON.stringify(ends)}`,
      `parse details.input '"time":"*"' as run`,
      `parse details.input '"reason":"*"' as reason`,
      'sort @timestamp desc',
      'limit 20',
      'display ended, run, outcome, reason, execution',
    ].join(' | '),
  };
}
