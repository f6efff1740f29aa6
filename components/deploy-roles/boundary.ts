import * as pulumi from '@pulumi/pulumi';
import {
  bucketArns,
  destinationArns,
  document,
  noOtherStack,
  type Owner,
  type Scope,
  type Statement,
} from './statements.ts';

const objectActions = [
  's3:AbortMultipartUpload',
  's3:DeleteObject',
  's3:GetObject',
  's3:ListBucket',
  's3:PutObject',
];

const itemActions = [
  'dynamodb:BatchGetItem',
  'dynamodb:BatchWriteItem',
  'dynamodb:ConditionCheckItem',
  'dynamodb:DeleteItem',
  'dynamodb:GetItem',
  'dynamodb:PutItem',
  'dynamodb:Query',
  'dynamodb:Scan',
  'dynamodb:UpdateItem',
];

/** Actions on what may have any name: only with the tags of the stack. */
const taggedActions = [
  'kms:Decrypt',
  'kms:DescribeKey',
  'kms:Encrypt',
  'kms:GenerateDataKey',
  'kms:ReEncryptFrom',
  'kms:ReEncryptTo',
  'secretsmanager:GetSecretValue',
];

/** Actions on what takes tags, and those of `sharedActions`. */
const otherActions = [
  'batch:DescribeJobs',
  'batch:SubmitJob',
  'batch:TerminateJob',
  'ecr:BatchCheckLayerAvailability',
  'ecr:BatchGetImage',
  'ecr:GetAuthorizationToken',
  'ecr:GetDownloadUrlForLayer',
  'ecs:GetTaskProtection',
  'ecs:UpdateTaskProtection',
  'elasticloadbalancing:DeregisterTargets',
  'elasticloadbalancing:DescribeListeners',
  'elasticloadbalancing:DescribeRules',
  'elasticloadbalancing:DescribeTargetGroups',
  'elasticloadbalancing:DescribeTargetHealth',
  'elasticloadbalancing:ModifyRule',
  'elasticloadbalancing:RegisterTargets',
  'events:PutEvents',
  'logs:CreateLogDelivery',
  'logs:CreateLogStream',
  'logs:DeleteLogDelivery',
  'logs:DescribeLogGroups',
  'logs:DescribeLogStreams',
  'logs:DescribeResourcePolicies',
  'logs:GetLogDelivery',
  'logs:ListLogDeliveries',
  'logs:PutLogEvents',
  'logs:PutResourcePolicy',
  'logs:UpdateLogDelivery',
  'sns:Publish',
  'sqs:SendMessage',
  'states:StartExecution',
  'xray:GetSamplingRules',
  'xray:GetSamplingTargets',
  'xray:PutTelemetryRecords',
  'xray:PutTraceSegments',
];

/** What stacks of one account share, besides the actions without resources (`accountWideActions`), with the reason. */
export const sharedActions: Readonly<Record<string, string>> = {
  'batch:TerminateJob': 'Batch gives no job the tags of its definition; the id of a job is random',
  'ecs:GetTaskProtection': 'tasks have no tags of their service; the id of a task is random',
  'ecs:UpdateTaskProtection': 'as for reading it; protection keeps scaling in from ending a task, no more',
  'events:DescribeRule': 'Step Functions has one rule in each account for the ends of jobs',
  'events:PutEvents':
    'all stacks announce on the one default bus, and EventBridge fixes the account of an event',
  'events:PutRule': 'as for describing it',
  'events:PutTargets': 'as for describing it',
};

/**
 * The permissions boundary of every role that a stack makes: the most that any of them may do, whatever its own policy
 * says. At most 6,144 characters: a managed policy.
 */
export function boundaryPolicy(scope: Scope, owner: Owner): pulumi.Output<string> {
  const { partition, accountId, project } = scope;
  const { stack } = owner;
  const arn = (service: string, path: string) =>
    pulumi.interpolate`arn:${partition}:${service}:*:${accountId}:${path}`;
  const allow = (Sid: string, Action: string[], Resource: Statement['Resource'], Condition?: unknown) => ({
    Sid,
    Effect: 'Allow' as const,
    Action,
    Resource,
    ...(Condition === undefined ? {} : { Condition }),
  });
  const parameters = arn('ssm', `parameter/${project}/${stack}/*`);
  return document([
    allow('Objects', objectActions, bucketArns(scope, owner)),
    // The names of a stack dev-ann begin like those of dev; its tables are out of reach by their tags.
    allow('Items', itemActions, arn('dynamodb', `table/${project}-${stack}-*`)),
    allow('Parameters', ['ssm:GetParameters'], parameters),
    // Parameter Store names the parameter whenever it has a value decrypted, by whichever key.
    allow('ParameterKeys', ['kms:Decrypt'], '*', {
      StringLike: { 'kms:EncryptionContext:PARAMETER_ARN': parameters },
    }),
    allow('Tagged', taggedActions, '*', {
      StringEquals: { 'aws:ResourceTag/project': project, 'aws:ResourceTag/stack': stack },
    }),
    allow('Destinations', ['events:InvokeApiDestination'], destinationArns(scope, owner)),
    allow(
      'JobEvents',
      ['events:DescribeRule', 'events:PutRule', 'events:PutTargets'],
      arn('events', 'rule/StepFunctionsGetEventsForBatchJobsRule'),
    ),
    allow('Others', otherActions, '*'),
    noOtherStack(scope, stack),
  ]);
}
