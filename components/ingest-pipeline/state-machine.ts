import type * as aws from '@pulumi/aws';
import { ingestDefinition } from '../../workflows/ingest.ts';
import type { JobQueue } from '../job-queue/index.ts';
import { useKey } from '../key-use.ts';
import {
  createExecutionLog,
  createStateMachine,
  eventBus,
  placeholder,
  substitute,
} from '../workflow/index.ts';
import type { Scope, Settings } from './defaults.ts';
import { jobName } from './jobs.ts';

/** The placeholders of a definition. */
const names = {
  ledgerTable: placeholder('ledgerTable'),
  jobQueue: placeholder('jobQueue'),
  onDemandQueue: placeholder('onDemandQueue'),
  jobDefinition: placeholder('jobDefinition'),
  failureQueueUrl: placeholder('failureQueueUrl'),
  eventBusName: placeholder('eventBusName'),
};

export function createMachine(scope: Scope, jobs: JobQueue, failures: aws.sqs.Queue): aws.sfn.StateMachine {
  const { name, settings } = scope;
  return createStateMachine(scope, {
    role: 'state-machine',
    description: `State machine of ${name}`,
    logGroup: createExecutionLog(scope, settings.logRetentionDays, settings.logKeyArn ?? settings.keyArn),
    tracing: settings.tracing,
    definition: substitute(settings.definition ?? ownDefinition(settings), {
      ledgerTable: settings.ledgerTableName,
      jobQueue: jobs.queueArn,
      ...(jobs.onDemandQueueArn === undefined ? {} : { onDemandQueue: jobs.onDemandQueueArn }),
      // The ARN has its revision, so that an execution under way submits the revision that it was started with.
      jobDefinition: jobs.jobDefinitionArns.apply((definitions) => definitions[jobName] as string),
      failureQueueUrl: failures.url,
      eventBusName: eventBus.name,
    }),
    statements: [
      {
        sid: 'UseLedger',
        actions: ['dynamodb:GetItem', 'dynamodb:UpdateItem'],
        resources: [settings.ledgerTableArn],
      },
      ...jobs.submitStatements(),
      { sid: 'KeepFailures', actions: ['sqs:SendMessage'], resources: [failures.arn] },
      eventBus.statement('AnnounceFailures', scope),
      ...useKey(settings.keyArn, 'use tables', scope.child),
      ...useKey(settings.keyArn, 'send messages', scope.child),
    ],
  });
}

function ownDefinition(settings: Settings): string {
  const { prefix, kinds, sizeClasses, variables, attempts, sweep, onDemandFallback } = settings;
  return JSON.stringify(
    ingestDefinition({
      ...names,
      onDemandQueue: onDemandFallback ? names.onDemandQueue : undefined,
      prefix,
      kinds,
      sizeClasses,
      variables,
      attempts,
      sweep,
    }),
  );
}
