import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';

/** A statement that allows. None needs to deny, since what is not allowed is refused. */
export interface PolicyStatement {
  /** Letters and digits; what the permission is for. */
  sid?: string;
  /** Whole action names such as `dynamodb:GetItem`; a wildcard is refused. */
  actions: string[];
  /** ARNs, or `*` where every action is in `accountWideActions`. */
  resources: pulumi.Input<string>[];
  /** As in IAM: operator → key → values. */
  conditions?: Record<string, Record<string, pulumi.Input<string | string[]> | pulumi.Input<string>[]>>;
}

const noResource = 'AWS defines no resource type for descriptions';
const logDelivery = 'log deliveries, and the policies that admit them, are of the whole account';
const sessions = 'AWS defines no resource type for the channels of Session Manager';
const tracing = 'traces have no resource';

/**
 * The actions that may be allowed on the resource `*`, each with the reason: AWS defines no resource type for them.
 * (Service Authorization Reference, "Actions, resources, and condition keys" of each service.)
 */
export const accountWideActions: Readonly<Record<string, string>> = {
  'batch:DescribeJobs': noResource,
  'ecr:GetAuthorizationToken': 'the token is for the whole registry; the action has no resource',
  'elasticloadbalancing:DescribeListeners': noResource,
  'elasticloadbalancing:DescribeRules': noResource,
  'elasticloadbalancing:DescribeTargetGroups': noResource,
  'elasticloadbalancing:DescribeTargetHealth': noResource,
  'logs:CreateLogDelivery': logDelivery,
  'logs:DeleteLogDelivery': logDelivery,
  'logs:DescribeLogGroups': 'it lists log groups; the request names none that a policy could match',
  'logs:DescribeResourcePolicies': logDelivery,
  'logs:GetLogDelivery': logDelivery,
  'logs:ListLogDeliveries': logDelivery,
  'logs:PutResourcePolicy': logDelivery,
  'logs:UpdateLogDelivery': logDelivery,
  'ssmmessages:CreateControlChannel': sessions,
  'ssmmessages:CreateDataChannel': sessions,
  'ssmmessages:OpenControlChannel': sessions,
  'ssmmessages:OpenDataChannel': sessions,
  'xray:GetSamplingRules': tracing,
  'xray:GetSamplingTargets': tracing,
  'xray:PutTelemetryRecords': tracing,
  'xray:PutTraceSegments': tracing,
};

/** The actions with which a deployment manages a customer key. None of them uses the key. */
export const keyManagementActions = [
  'kms:CancelKeyDeletion',
  'kms:DescribeKey',
  'kms:DisableKey',
  'kms:DisableKeyRotation',
  'kms:EnableKey',
  'kms:EnableKeyRotation',
  'kms:GetKeyPolicy',
  'kms:GetKeyRotationStatus',
  'kms:ListKeyPolicies',
  'kms:ListResourceTags',
  'kms:PutKeyPolicy',
  'kms:ScheduleKeyDeletion',
  'kms:TagResource',
  'kms:UntagResource',
  'kms:UpdateKeyDescription',
];

/**
 * An IAM policy as canonical JSON: the same statements always give the same text, so that a preview shows a change
 * only where there is one.
 *
 * @throws when an action holds a wildcard, or when `*` is the resource of an action that has resources
 */
export function policyDocument(statements: PolicyStatement[]): pulumi.Output<string> {
  for (const statement of statements) assertLeastPrivilege(statement);
  return pulumi.jsonStringify({
    Version: '2012-10-17',
    Statement: statements.map((statement) => ({
      ...(statement.sid === undefined ? {} : { Sid: statement.sid }),
      Effect: 'Allow',
      Action: [...new Set(statement.actions)].sort(),
      Resource: statement.resources,
      ...(statement.conditions === undefined ? {} : { Condition: statement.conditions }),
    })),
  });
}

/** The ARN, or pattern of ARNs, of something in the account and region that the component is deployed to. */
export function regionalArn(
  service: string,
  path: string,
  child: { parent: pulumi.Resource },
): pulumi.Output<string> {
  const { accountId } = aws.getCallerIdentityOutput({}, child);
  const { region } = aws.getRegionOutput({}, child);
  const { partition } = aws.getPartitionOutput({}, child);
  return pulumi.interpolate`arn:${partition}:${service}:${region}:${accountId}:${path}`;
}

/** The account and resources for which a service may assume a role. Without limits another account's resources could use
 * the role (the "confused deputy"). */
export interface TrustLimits {
  /** The account that the service acts for (`aws:SourceAccount`). */
  sourceAccount?: pulumi.Input<string>;
  /** The resources, or patterns of resources, that the service acts for (`aws:SourceArn`). */
  sourceArn?: pulumi.Input<string> | pulumi.Input<string>[];
}

/** The condition that keeps a service to one account or resource; undefined when it may act for any. */
export function sourceConditions(limits: TrustLimits): PolicyStatement['conditions'] {
  if (limits.sourceAccount === undefined && limits.sourceArn === undefined) return undefined;
  return {
    ...(limits.sourceAccount === undefined
      ? {}
      : { StringEquals: { 'aws:SourceAccount': limits.sourceAccount } }),
    ...(limits.sourceArn === undefined ? {} : { ArnLike: { 'aws:SourceArn': limits.sourceArn } }),
  };
}

/** Services that may not name the account or resource for which they assume a role, with the reason. A condition on it
 * would lock them out. */
export const servicesWithoutSource: Readonly<Record<string, string>> = {
  'ecs.amazonaws.com':
    'the trust policy that AWS documents for the infrastructure role for load balancers has no condition',
  'chatbot.amazonaws.com': 'AWS documents no condition for the role of a Slack channel; ours permits nothing',
};

/** The trust policy of a role that only this AWS service may assume. */
export function trustPolicy(service: string, limits: TrustLimits = {}): pulumi.Output<string> {
  const conditions = sourceConditions(limits);
  return pulumi.jsonStringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Action: 'sts:AssumeRole',
        Principal: { Service: service },
        ...(conditions === undefined ? {} : { Condition: conditions }),
      },
    ],
  });
}

/** A statement in the policy of a resource, such as a bucket. It names the service that it allows. */
export interface ResourceStatement extends PolicyStatement {
  /** A service of AWS, for example `cloudwatch.amazonaws.com`. */
  service: string;
}

/**
 * The policy of a resource, such as a bucket or a topic: what services of AWS may do with it. Every unencrypted
 * connection is refused.
 *
 * @param resources ARNs for which plaintext is refused: the resource's own, and for a bucket that of its objects too
 * @param plaintextActions actions for which plaintext is refused; a denial may use a wildcard, such as `s3:*`
 */
export function resourcePolicy(
  resources: pulumi.Input<string>[],
  plaintextActions: string[],
  statements: ResourceStatement[] = [],
): pulumi.Output<string> {
  for (const statement of statements) assertLeastPrivilege(statement);
  return pulumi.jsonStringify({
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'RefusePlaintext',
        Effect: 'Deny',
        Principal: '*',
        Action: plaintextActions,
        Resource: resources,
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
      ...statements.map(({ sid, service, actions, resources: on, conditions }) => ({
        ...(sid === undefined ? {} : { Sid: sid }),
        Effect: 'Allow',
        Principal: { Service: service },
        Action: actions,
        Resource: on,
        ...(conditions === undefined ? {} : { Condition: conditions }),
      })),
    ],
  });
}

function assertLeastPrivilege(statement: PolicyStatement): void {
  const wild = statement.actions.filter((action) => action.includes('*'));
  if (wild.length > 0) throw new Error(`policy: name each action instead of ${wild.join(', ')}`);
  if (statement.actions.length === 0 || statement.resources.length === 0) {
    throw new Error('policy: a statement needs at least one action and one resource');
  }
  if (!statement.resources.includes('*')) return;
  const unjustified = statement.actions.filter((action) => accountWideActions[action] === undefined);
  if (unjustified.length > 0) {
    throw new Error(
      `policy: ${unjustified.join(', ')} must name resources; "*" is for actions that have none`,
    );
  }
}
