import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { ingestDefinition } from '../../workflows/ingest.ts';
import { type PolicyStatement, policyDocument, trustPolicy } from '../iam.ts';
import type { JobQueue } from '../job-queue/index.ts';
import type { Scope } from './defaults.ts';
import { jobName } from './jobs.ts';

/** Failures are announced here, where AWS's own events are: rules tell them apart by the state machine. */
const eventBusName = 'default';

/** What executes the definition. Executions under way go on with the definition that they began with. */
export function createStateMachine(
  scope: Scope,
  jobs: JobQueue,
  failures: aws.sqs.Queue,
): aws.sfn.StateMachine {
  const { name, settings, tags, child } = scope;
  const logGroup = createLogGroup(scope);
  const role = new aws.iam.Role(
    `${name}-state-machine`,
    {
      description: `State machine of ${name}`,
      assumeRolePolicy: trustPolicy('states.amazonaws.com', limits(child)),
      tags,
    },
    child,
  );
  const policy = new aws.iam.RolePolicy(
    `${name}-state-machine-policy`,
    { role: role.name, policy: policyDocument(statements(scope, jobs, failures)) },
    child,
  );
  return new aws.sfn.StateMachine(
    `${name}-state-machine`,
    {
      type: 'STANDARD',
      definition: definitionText(scope, jobs, failures),
      roleArn: role.arn,
      loggingConfiguration: {
        level: 'ERROR',
        includeExecutionData: true,
        logDestination: pulumi.interpolate`${logGroup.arn}:*`,
      },
      tracingConfiguration: { enabled: settings.tracing },
      tags,
    },
    // Step Functions tries the log group when it is made, by this policy.
    { ...child, dependsOn: [policy] },
  );
}

/** Step Functions admits itself to log groups by a policy that has room for a few; those of this prefix need none. */
function createLogGroup({ name, settings, tags, child }: Scope): aws.cloudwatch.LogGroup {
  return new aws.cloudwatch.LogGroup(
    `${name}-executions`,
    {
      name: `/aws/vendedlogs/states/${pulumi.getProject()}-${pulumi.getStack()}-${name}`,
      retentionInDays: settings.logRetentionDays,
      kmsKeyId: settings.logKeyArn,
      tags,
    },
    child,
  );
}

/** On whose behalf Step Functions may use a role. */
export function limits(child: Scope['child']) {
  const { accountId } = aws.getCallerIdentityOutput({}, child);
  const { region } = aws.getRegionOutput({}, child);
  const { partition } = aws.getPartitionOutput({}, child);
  return {
    sourceAccount: accountId,
    // The machine itself is made after its role, with a name of Pulumi's.
    sourceArn: pulumi.interpolate`arn:${partition}:states:${region}:${accountId}:stateMachine:*`,
  };
}

function statements({ settings, child }: Scope, jobs: JobQueue, failures: aws.sqs.Queue): PolicyStatement[] {
  const { accountId } = aws.getCallerIdentityOutput({}, child);
  const { region } = aws.getRegionOutput({}, child);
  const { partition } = aws.getPartitionOutput({}, child);
  const bus = pulumi.interpolate`arn:${partition}:events:${region}:${accountId}:event-bus/${eventBusName}`;
  return [
    {
      sid: 'UseLedger',
      actions: ['dynamodb:GetItem', 'dynamodb:UpdateItem'],
      resources: [settings.ledgerTableArn],
    },
    ...jobs.submitStatements(),
    { sid: 'KeepFailures', actions: ['sqs:SendMessage'], resources: [failures.arn] },
    { sid: 'AnnounceFailures', actions: ['events:PutEvents'], resources: [bus] },
    deliverLogs,
    ...(settings.tracing ? [traces] : []),
  ];
}

/** What a state machine needs to write its log. */
export const deliverLogs: PolicyStatement = {
  sid: 'DeliverLogs',
  actions: [
    'logs:CreateLogDelivery',
    'logs:DeleteLogDelivery',
    'logs:DescribeLogGroups',
    'logs:DescribeResourcePolicies',
    'logs:GetLogDelivery',
    'logs:ListLogDeliveries',
    'logs:PutResourcePolicy',
    'logs:UpdateLogDelivery',
  ],
  // `*`: see accountWideActions.
  resources: ['*'],
};

/** And its traces. */
export const traces: PolicyStatement = {
  sid: 'Trace',
  actions: [
    'xray:GetSamplingRules',
    'xray:GetSamplingTargets',
    'xray:PutTelemetryRecords',
    'xray:PutTraceSegments',
  ],
  // `*`: see accountWideActions.
  resources: ['*'],
};

function definitionText({ settings }: Scope, jobs: JobQueue, failures: aws.sqs.Queue): pulumi.Output<string> {
  const { prefix, kinds, sizeClasses, variables, attempts } = settings;
  return pulumi
    .all([settings.ledgerTableName, jobs.queueArn, jobs.jobDefinitionArns, failures.url])
    .apply(([ledgerTable, jobQueue, definitions, failureQueueUrl]) =>
      JSON.stringify(
        ingestDefinition({
          ledgerTable,
          jobQueue,
          // With its revision: an execution that is under way submits the job that it was started for.
          jobDefinition: definitions[jobName] as string,
          failureQueueUrl,
          eventBusName,
          prefix,
          kinds,
          sizeClasses,
          variables,
          attempts,
        }),
      ),
    );
}
