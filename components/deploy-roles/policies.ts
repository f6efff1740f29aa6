import * as pulumi from '@pulumi/pulumi';
import { keyManagementActions } from '../iam.ts';
import {
  boundedRoleActions,
  deployServices,
  globalServices,
  neverActions,
  passedToServices,
  previewActions,
  roleActions,
  serviceLinkedRoles,
} from './actions.ts';
import {
  bucketArns,
  connectionSecretArns,
  document,
  noOtherStack,
  type Owner,
  type Scope,
  type Statement,
} from './statements.ts';

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
  owner: Owner,
  boundaryArn: pulumi.Input<string>,
): pulumi.Output<string> {
  const { stack } = owner;
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
    { Sid: 'Buckets', Effect: 'Allow', Action: ['s3:*'], Resource: bucketArns(scope, owner) },
    ...keyStatements(scope, stack),
    {
      Sid: 'Connections',
      Effect: 'Allow',
      Action: ['secretsmanager:*'],
      // Secrets that EventBridge keeps for its connections, in the name of the role that creates one.
      Resource: connectionSecretArns(scope, owner),
    },
    ...roleStatements(scope, stack, boundaryArn),
    ...stateStatements(
      scope,
      stack,
      ['s3:DeleteObject', 's3:GetObject', 's3:PutObject'],
      ['kms:Decrypt', 'kms:Encrypt'],
    ),
    { Sid: 'NoData', Effect: 'Deny', Action: neverActions, Resource: '*' },
    noOtherStack(scope, stack),
  ]);
}

/** A deployment manages keys. It uses that of its stack alone, through the services to which it writes: parameters and files
 * of the site, and grants for tables and repositories. */
function keyStatements({ stateKeyArn, project }: Scope, stack: string): Statement[] {
  const own = { 'aws:ResourceTag/project': project, 'aws:ResourceTag/stack': stack };
  return [
    { Sid: 'NewKeys', Effect: 'Allow', Action: ['kms:CreateKey'], Resource: '*' },
    { Sid: 'Keys', Effect: 'Allow', Action: keyManagementActions, NotResource: [stateKeyArn] },
    {
      Sid: 'UseKey',
      Effect: 'Allow',
      Action: ['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey', 'kms:ReEncryptFrom', 'kms:ReEncryptTo'],
      NotResource: [stateKeyArn],
      Condition: {
        StringEquals: own,
        StringLike: { 'kms:ViaService': ['dynamodb.*', 'ecr.*', 's3.*', 'ssm.*'] },
      },
    },
    {
      Sid: 'GrantKey',
      Effect: 'Allow',
      Action: ['kms:CreateGrant', 'kms:RetireGrant'],
      NotResource: [stateKeyArn],
      Condition: {
        StringEquals: own,
        StringLike: { 'kms:ViaService': ['dynamodb.*', 'ecr.*'] },
        Bool: { 'kms:GrantIsForAWSResource': 'true' },
      },
    },
  ];
}

function roleStatements(scope: Scope, stack: string, boundaryArn: pulumi.Input<string>): Statement[] {
  const { partition, accountId, project } = scope;
  const roles = pulumi.interpolate`arn:${partition}:iam::${accountId}:role/${project}/${stack}/*`;
  const own = { 'aws:RequestTag/project': project, 'aws:RequestTag/stack': stack };
  return [
    // A role has the tags of its stack from its creation on, and keeps them.
    {
      Sid: 'NewRoles',
      Effect: 'Allow',
      Action: ['iam:CreateRole'],
      Resource: roles,
      Condition: { StringEquals: { 'iam:PermissionsBoundary': boundaryArn, ...own } },
    },
    {
      Sid: 'TagRoles',
      Effect: 'Allow',
      Action: ['iam:TagRole'],
      Resource: roles,
      Condition: { StringEqualsIfExists: own },
    },
    {
      Sid: 'UntagRoles',
      Effect: 'Allow',
      Action: ['iam:UntagRole'],
      Resource: roles,
      Condition: { 'ForAllValues:StringNotEquals': { 'aws:TagKeys': ['project', 'stack'] } },
    },
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
