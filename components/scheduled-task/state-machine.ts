import type * as aws from '@pulumi/aws';
import { interruptions, scheduledTaskDefinition } from '../../workflows/scheduled-task.ts';
import type { DataStore } from '../data-store/index.ts';
import type { JobQueue } from '../job-queue/index.ts';
import { attachPolicy } from '../role-policy.ts';
import { createStateMachine, placeholder, substitute } from '../workflow/index.ts';
import type { Scope } from './defaults.ts';

/** The job's name in the queue. */
export const jobName = 'run';

/** How often Batch starts an attempt that AWS interrupts. */
export const jobAttempts = 1 + interruptions;

interface Parts {
  jobs: JobQueue;
  record: DataStore;
  executionLog: aws.cloudwatch.LogGroup;
}

export function createMachine(scope: Scope, { jobs, record, executionLog }: Parts): aws.sfn.StateMachine {
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
    }),
    statements: [
      { ...record.statement(['GetItem', 'UpdateItem']), sid: 'HoldTask' },
      ...jobs.submitStatements(),
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
