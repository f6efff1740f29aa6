import * as pulumi from '@pulumi/pulumi';
import { keyManagementActions } from '../iam.ts';
import {
  boundaryActions,
  boundedRoleActions,
  deployServices,
  globalServices,
  neverActions,
  passedToServices,
  previewActions,
  roleActions,
  serviceLinkedRoles,
} from './actions.ts';

/** What the policies are about. */
export interface Scope {
  partition: pulumi.Input<string>;
  accountId: pulumi.Input<string>;
  /** Pulumi project of the stacks. */
  project: string;
  regions: pulumi.Input<pulumi.Input<string>[]>;
  stateBucketArn: pulumi.Input<string>;
  stateKeyArn: pulumi.Input<string>;
}

interface Statement {
  Sid: string;
  Effect: 'Allow' | 'Deny';
  Action: string[];
  Resource?: pulumi.Input<string> | pulumi.Input<string>[];
  NotResource?: pulumi.Input<string>[];
  Condition?: unknown;
}

/** Token of GitHub's for one subject, meant for AWS; nothing else may assume the role. */
export function trustInGitHub(providerArn: pulumi.Input<string>, subject: string): pulumi.Output<string> {
  return pulumi.jsonStringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Action: 'sts:AssumeRoleWithWebIdentity',
        Principal: { Federated: providerArn },
        Condition: { StringEquals: { [`${issuer}:aud`]: 'sts.amazonaws.com', [`${issuer}:sub`]: subject } },
      },
    ],
  });
}

export const issuer = 'token.actions.githubusercontent.com';

/** The permissions boundary of every role that a stack makes. It limits actions; each role's own policy, what they
 * are done to. */
export function boundaryPolicy(): pulumi.Output<string> {
  return document([{ Sid: 'Most', Effect: 'Allow', Action: boundaryActions, Resource: '*' }]);
}

/** The state of a stack, its secrets, and what the program asks AWS while it is previewed. */
export function previewPolicy(scope: Scope, stack: string): pulumi.Output<string> {
  return document([
    // Descriptions and the registry's token have no resource.
    { Sid: 'Ask', Effect: 'Allow', Action: previewActions, Resource: '*' },
    ...stateStatements(scope, stack, ['s3:GetObject'], ['kms:Decrypt']),
  ]);
}

/** What it takes to create, change and delete a stack. At most 10,240 characters: an inline policy. */
export function deployPolicy(
  scope: Scope,
  stack: string,
  boundaryArn: pulumi.Input<string>,
): pulumi.Output<string> {
  return document([
    {
      Sid: 'Services',
      Effect: 'Allow',
      Action: deployServices.map((service) => `${service}:*`),
      Resource: '*',
      Condition: { StringEquals: { 'aws:RequestedRegion': scope.regions } },
    },
    {
      Sid: 'GlobalServices',
      Effect: 'Allow',
      Action: globalServices.map((service) => `${service}:*`),
      Resource: '*',
    },
    ...bucketStatements(scope),
    ...keyStatements(scope),
    {
      Sid: 'Connections',
      Effect: 'Allow',
      Action: ['secretsmanager:*'],
      // Secrets that EventBridge keeps for its connections, in the name of whoever makes one.
      Resource: pulumi.interpolate`arn:${scope.partition}:secretsmanager:*:${scope.accountId}:secret:events!connection/*`,
    },
    ...roleStatements(scope, stack, boundaryArn),
    ...stateStatements(
      scope,
      stack,
      ['s3:DeleteObject', 's3:GetObject', 's3:PutObject'],
      ['kms:Decrypt', 'kms:Encrypt'],
    ),
    { Sid: 'NoData', Effect: 'Deny', Action: neverActions, Resource: '*' },
    {
      Sid: 'NoOtherStack',
      Effect: 'Deny',
      Action: ['*'],
      Resource: '*',
      Condition: {
        StringEquals: { 'aws:ResourceTag/project': scope.project },
        StringNotEquals: { 'aws:ResourceTag/stack': stack },
      },
    },
  ]);
}

/** Buckets have names that Pulumi makes up: all but that of the state. */
function bucketStatements({ stateBucketArn }: Scope): Statement[] {
  return [
    {
      Sid: 'Buckets',
      Effect: 'Allow',
      Action: ['s3:*'],
      NotResource: [stateBucketArn, pulumi.interpolate`${stateBucketArn}/*`],
    },
  ];
}

function keyStatements({ stateKeyArn }: Scope): Statement[] {
  return [
    { Sid: 'NewKeys', Effect: 'Allow', Action: ['kms:CreateKey'], Resource: '*' },
    { Sid: 'Keys', Effect: 'Allow', Action: keyManagementActions, NotResource: [stateKeyArn] },
  ];
}

function roleStatements(scope: Scope, stack: string, boundaryArn: pulumi.Input<string>): Statement[] {
  const { partition, accountId, project } = scope;
  const roles = pulumi.interpolate`arn:${partition}:iam::${accountId}:role/${project}/${stack}/*`;
  return [
    {
      Sid: 'BoundedRoles',
      Effect: 'Allow',
      Action: boundedRoleActions,
      Resource: roles,
      Condition: { StringEquals: { 'iam:PermissionsBoundary': boundaryArn } },
    },
    { Sid: 'Roles', Effect: 'Allow', Action: roleActions, Resource: roles },
    {
      Sid: 'PassRoles',
      Effect: 'Allow',
      Action: ['iam:PassRole'],
      Resource: roles,
      Condition: { StringEquals: { 'iam:PassedToService': passedToServices } },
    },
    {
      Sid: 'ServiceLinkedRoles',
      Effect: 'Allow',
      Action: ['iam:CreateServiceLinkedRole'],
      Resource: pulumi.interpolate`arn:${partition}:iam::${accountId}:role/aws-service-role/*`,
      Condition: { StringEquals: { 'iam:AWSServiceName': serviceLinkedRoles } },
    },
  ];
}

function stateStatements(scope: Scope, stack: string, objects: string[], secrets: string[]): Statement[] {
  return [
    {
      Sid: 'State',
      Effect: 'Allow',
      Action: objects,
      Resource: pulumi.interpolate`${scope.stateBucketArn}/${stack}/*`,
    },
    // Without a condition on the prefix: S3 would answer 403 instead of 404 for a file that is not there yet.
    { Sid: 'StateList', Effect: 'Allow', Action: ['s3:ListBucket'], Resource: scope.stateBucketArn },
    {
      Sid: 'StateSecrets',
      Effect: 'Allow',
      Action: secrets,
      Resource: scope.stateKeyArn,
      Condition: { StringEquals: { 'kms:EncryptionContext:stack': stack } },
    },
  ];
}

function document(statements: Statement[]): pulumi.Output<string> {
  return pulumi.jsonStringify({ Version: '2012-10-17', Statement: statements });
}
