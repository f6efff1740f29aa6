import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import type { Definition } from '../../workflows/asl.ts';
import { launchDefinition } from '../../workflows/launch.ts';
import type { PipelineJob } from '../../workflows/run-job.ts';
import { scanDefinition } from '../../workflows/scan.ts';
import { type PolicyStatement, policyDocument, trustPolicy } from '../iam.ts';
import { deliverLogs, limits, traces } from '../ingest-pipeline/state-machine.ts';
import type { JobQueue } from '../job-queue/index.ts';
import type { PrivateBucket } from '../private-bucket/index.ts';
import type { Scope } from './defaults.ts';
import { pipelineJob } from './jobs.ts';

/** Ends are announced here, where AWS's own events are: rules tell them apart by the state machine. */
const eventBusName = 'default';

export interface Machines {
  scan: aws.sfn.StateMachine;
  launch: aws.sfn.StateMachine;
}

export function createMachines(scope: Scope, queue: JobQueue, bucket: PrivateBucket): Machines {
  const { name, settings, tags, child } = scope;
  const { kinds, variables, event, concurrency } = settings;
  const logs = new aws.cloudwatch.LogGroup(
    `${name}-executions`,
    {
      // Step Functions admits itself to log groups by a policy that has room for a few; those of this prefix need none.
      name: `/aws/vendedlogs/states/${pulumi.getProject()}-${pulumi.getStack()}-${name}`,
      retentionInDays: settings.logRetentionDays,
      tags,
    },
    child,
  );
  const common = pulumi
    .all([queue.queueArn, queue.jobDefinitionArns, bucket.bucketName])
    .apply(([jobQueue, definitions, bucketName]) => ({
      jobQueue,
      bucket: bucketName,
      variables,
      // With its revision: an execution that is under way goes on with the jobs that it began with.
      jobs: kinds.map((kind): PipelineJob => pipelineJob(kind, definitions[kind.name] as string)),
    }));
  const scan = createMachine(scope, logs, {
    role: 'scan',
    definition: pulumi
      .all([common, settings.scansTableName])
      .apply(([shared, scansTable]) =>
        scanDefinition({ ...shared, scansTable, concurrency, eventBusName, event }),
      ),
    statements: [
      {
        sid: 'KeepScans',
        actions: ['dynamodb:GetItem', 'dynamodb:UpdateItem'],
        resources: [settings.scansTableArn],
      },
      readOutcomes(bucket, 'scans'),
      announce(scope),
      ...queue.submitStatements(kinds.filter(({ part }) => part !== undefined).map((kind) => kind.name)),
    ],
  });
  const launch = createMachine(scope, logs, {
    role: 'launch',
    definition: pulumi
      .all([common, settings.jobsTableName])
      .apply(([shared, jobsTable]) => launchDefinition({ ...shared, jobsTable })),
    statements: [
      { sid: 'KeepJobs', actions: ['dynamodb:UpdateItem'], resources: [settings.jobsTableArn] },
      readOutcomes(bucket, 'jobs'),
      ...queue.submitStatements(),
    ],
  });
  return { scan, launch };
}

interface Parts {
  role: string;
  definition: pulumi.Output<Definition>;
  statements: PolicyStatement[];
}

function createMachine(
  { name, settings, tags, child }: Scope,
  logs: aws.cloudwatch.LogGroup,
  { role: part, definition, statements }: Parts,
): aws.sfn.StateMachine {
  const role = new aws.iam.Role(
    `${name}-${part}`,
    {
      description: `State machine ${part} of ${name}`,
      assumeRolePolicy: trustPolicy('states.amazonaws.com', limits(child)),
      tags,
    },
    child,
  );
  const policy = new aws.iam.RolePolicy(
    `${name}-${part}-policy`,
    {
      role: role.name,
      policy: policyDocument([...statements, deliverLogs, ...(settings.tracing ? [traces] : [])]),
    },
    child,
  );
  return new aws.sfn.StateMachine(
    `${name}-${part}`,
    {
      type: 'STANDARD',
      definition: pulumi.jsonStringify(definition),
      roleArn: role.arn,
      loggingConfiguration: {
        level: 'ERROR',
        includeExecutionData: true,
        logDestination: pulumi.interpolate`${logs.arn}:*`,
      },
      tracingConfiguration: { enabled: settings.tracing },
      tags,
    },
    // Step Functions tries the log group when it is made, by this policy.
    { ...child, dependsOn: [policy] },
  );
}

function readOutcomes({ bucketArn }: PrivateBucket, prefix: string): PolicyStatement {
  return {
    sid: 'ReadOutcomes',
    actions: ['s3:GetObject'],
    resources: [bucketArn.apply((arn) => `${arn}/${prefix}/*.outcome.json`)],
  };
}

function announce({ child }: Scope): PolicyStatement {
  const { accountId } = aws.getCallerIdentityOutput({}, child);
  const { region } = aws.getRegionOutput({}, child);
  const { partition } = aws.getPartitionOutput({}, child);
  const bus = pulumi.interpolate`arn:${partition}:events:${region}:${accountId}:event-bus/${eventBusName}`;
  return { sid: 'AnnounceEnds', actions: ['events:PutEvents'], resources: [bus] };
}
