import type * as aws from '@pulumi/aws';
import { interruptions, scheduledTaskDefinition } from '../../workflows/scheduled-task.ts';
import { scheduledWatchDefinition } from '../../workflows/scheduled-watch.ts';
import type { DataStore } from '../data-store/index.ts';
import type { JobQueue } from '../job-queue/index.ts';
import { attachPolicy } from '../role-policy.ts';
import { createStateMachine, placeholder, substitute } from '../workflow/index.ts';
import type { Scope } from './defaults.ts';
import { missedWatch } from './missed.ts';

/** The job's name in the queue. */
export const jobName = 'run';

/** How often Batch starts an attempt that AWS interrupts. */
export const jobAttempts = 1 + interruptions;

interface Parts {
  jobs: JobQueue;
  record: DataStore;
  executionLog: aws.cloudwatch.LogGroup;
  /** Waits for the next run. */
  watch: aws.sfn.StateMachine | undefined;
}

/** The machine that waits for the next run, for a task whose runs are further apart than CloudWatch looks back. Without
 * alarms it would tell no one. */
export function createWatch(
  scope: Scope,
  { record, executionLog }: Omit<Parts, 'jobs' | 'watch'>,
): aws.sfn.StateMachine | undefined {
  const { name, settings } = scope;
  const { waitSeconds } = missedWatch(settings) ?? {};
  if (waitSeconds === undefined || settings.alarmActionArns.length === 0) return undefined;
  const definition = scheduledWatchDefinition({ table: placeholder('table'), waitSeconds });
  return createStateMachine(scope, {
    role: 'watch',
    description: `Waits for the next run of ${name}`,
    logGroup: executionLog,
    tracing: settings.tracing,
    definition: substitute(JSON.stringify(definition), { table: record.tableName }),
    statements: [{ ...record.statement(['GetItem']), sid: 'ReadTask' }, ...record.keyStatements()],
  });
}

export function createMachine(
  scope: Scope,
  { jobs, record, executionLog, watch }: Parts,
): aws.sfn.StateMachine {
  const { name, settings, child } = scope;
  const { size, timeLimitSeconds, retries, overlap } = settings;
  const definition = scheduledTaskDefinition({
    table: placeholder('table'),
    task: name,
    jobQueue: placeholder('jobQueue'),
    jobDefinition: placeholder('jobDefinition'),
    vcpu: size.cpu / 1024,
    memoryMiB: size.memory,
    timeLimitSeconds,
    retries,
    overlap,
    watch: watch === undefined ? undefined : placeholder('watch'),
  });
  const machine = createStateMachine(scope, {
    role: 'state-machine',
    description: `State machine of ${name}`,
    logGroup: executionLog,
    // The table of the last runs reads it.
    logLevel: 'ALL',
    tracing: settings.tracing,
    definition: substitute(JSON.stringify(definition), {
      table: record.tableName,
      jobQueue: jobs.queueArn,
      // The ARN has its revision, so that a run under way is repeated with the revision that it was started with.
      jobDefinition: jobs.jobDefinitionArns.apply((definitions) => definitions[jobName] as string),
      ...(watch === undefined ? {} : { watch: watch.arn }),
    }),
    statements: [
      { ...record.statement(['GetItem', 'UpdateItem']), sid: 'HoldTask' },
      ...jobs.submitStatements(),
      ...(watch === undefined
        ? []
        : [{ sid: 'WatchForNextRun', actions: ['states:StartExecution'], resources: [watch.arn] }]),
      ...record.keyStatements(),
    ],
  });
  if (overlap) return machine;
  attachPolicy(
    `${name}-state-machine-former-run`,
    machine.roleArn.apply((arn) => arn.split('/').at(-1) as string),
    [
      {
        sid: 'AskForFormerRun',
        actions: ['states:DescribeExecution'],
        resources: [machine.arn.apply((arn) => `${arn.replace(':stateMachine:', ':execution:')}:*`)],
      },
    ],
    child,
  );
  return machine;
}
