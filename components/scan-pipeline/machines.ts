import type * as aws from '@pulumi/aws';
import { outcomeObject, outputPrefix } from '../../contract/scans.ts';
import { jobRunDefinition } from '../../workflows/job-run.ts';
import { scanDefinition } from '../../workflows/scan.ts';
import type { PolicyStatement } from '../iam.ts';
import type { JobQueue } from '../job-queue/index.ts';
import { useKey } from '../key-use.ts';
import type { PrivateBucket } from '../private-bucket/index.ts';
import {
  createExecutionLog,
  createStateMachine,
  eventBus,
  placeholder,
  substitute,
} from '../workflow/index.ts';
import type { Scope, Settings } from './defaults.ts';
import { pipelineJob } from './jobs.ts';

export interface Machines {
  scan: aws.sfn.StateMachine;
  launch: aws.sfn.StateMachine;
}

export function createMachines(scope: Scope, queue: JobQueue, bucket: PrivateBucket): Machines {
  const { name, settings } = scope;
  const own = ownDefinitions(settings);
  const logGroup = createExecutionLog(scope, settings.logRetentionDays, settings.keyArn);
  const { tracing, kinds, keyArn } = settings;
  const decrypt = [
    ...useKey(keyArn, 'use tables', scope.child),
    ...useKey(keyArn, 'read objects', scope.child),
  ];
  const values = {
    scansTable: settings.scansTableName,
    jobsTable: settings.jobsTableName,
    jobQueue: queue.queueArn,
    ...(queue.onDemandQueueArn === undefined ? {} : { onDemandQueue: queue.onDemandQueueArn }),
    bucket: bucket.bucketName,
    eventBusName: eventBus.name,
    // The ARN has its revision, so that an execution under way submits the revisions that it began with.
    ...Object.fromEntries(
      kinds.map((kind) => [
        `job.${kind.name}`,
        queue.jobDefinitionArns.apply((definitions) => definitions[kind.name] as string),
      ]),
    ),
  };
  const scan = createStateMachine(scope, {
    role: 'scan',
    description: `State machine scan of ${name}`,
    logGroup,
    tracing,
    definition: substitute(settings.scanDefinition ?? own.scan, values),
    statements: [
      {
        sid: 'KeepScans',
        actions: ['dynamodb:GetItem', 'dynamodb:UpdateItem'],
        resources: [settings.scansTableArn],
      },
      readOutcomes(bucket, outputPrefix.scan),
      eventBus.statement('AnnounceEnds', scope),
      ...queue.submitStatements(kinds.filter(({ part }) => part !== undefined).map((kind) => kind.name)),
      ...decrypt,
    ],
  });
  const launch = createStateMachine(scope, {
    role: 'launch',
    description: `State machine launch of ${name}`,
    logGroup,
    tracing,
    definition: substitute(settings.launchDefinition ?? own.launch, values),
    statements: [
      { sid: 'KeepJobs', actions: ['dynamodb:UpdateItem'], resources: [settings.jobsTableArn] },
      readOutcomes(bucket, outputPrefix.job),
      ...queue.submitStatements(),
      ...decrypt,
    ],
  });
  return { scan, launch };
}

function ownDefinitions({ kinds, onDemandFallback, variables, event, concurrency }: Settings) {
  const common = {
    jobQueue: placeholder('jobQueue'),
    onDemandQueue: onDemandFallback ? placeholder('onDemandQueue') : undefined,
    bucket: placeholder('bucket'),
    variables,
    jobs: kinds.map((kind) => pipelineJob(kind, placeholder(`job.${kind.name}`))),
  };
  return {
    scan: JSON.stringify(
      scanDefinition({
        ...common,
        scansTable: placeholder('scansTable'),
        concurrency,
        eventBusName: placeholder('eventBusName'),
        event,
      }),
    ),
    launch: JSON.stringify(jobRunDefinition({ ...common, jobsTable: placeholder('jobsTable') })),
  };
}

function readOutcomes({ bucketArn }: PrivateBucket, prefix: (id: string) => string): PolicyStatement {
  return {
    sid: 'ReadOutcomes',
    actions: ['s3:GetObject'],
    resources: [bucketArn.apply((arn) => `${arn}/${prefix(outcomeObject('*'))}`)],
  };
}
