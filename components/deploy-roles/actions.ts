/**
 * Services that a stack's resources belong to. A deployment creates, changes, reads and deletes resources whose names
 * AWS or Pulumi make up, so within these services every action is allowed, in the regions of the stack, but for
 * `neverActions`; IAM, KMS, S3 and Secrets Manager have statements of their own.
 */
export const deployServices = [
  'acm',
  'apigateway',
  'application-autoscaling',
  'batch',
  'cloudwatch',
  'dynamodb',
  'ec2',
  'ecr',
  'ecs',
  'elasticloadbalancing',
  'events',
  'logs',
  'servicediscovery',
  'sns',
  'sqs',
  'ssm',
  'states',
  'wafv2',
];

/** Services without regions, or with one endpoint only, in a region that cannot be chosen. */
export const globalServices = ['chatbot', 'cloudfront', 'route53'];

/** What no deployment does: read or write items and messages, enter what runs, start machines. */
export const neverActions = [
  'dynamodb:BatchGetItem',
  'dynamodb:BatchWriteItem',
  'dynamodb:DeleteItem',
  'dynamodb:ExportTableToPointInTime',
  'dynamodb:GetItem',
  'dynamodb:GetRecords',
  'dynamodb:PartiQL*',
  'dynamodb:PutItem',
  'dynamodb:Query',
  'dynamodb:Scan',
  'dynamodb:UpdateItem',
  'ec2:RunInstances',
  'ec2:StartInstances',
  'ecs:ExecuteCommand',
  'sqs:ReceiveMessage',
  'ssm:SendCommand',
  'ssm:StartSession',
];

/** What gives a role permissions, or takes some away: only while it has the boundary. */
export const boundedRoleActions = [
  'iam:AttachRolePolicy',
  'iam:DeleteRolePolicy',
  'iam:DetachRolePolicy',
  'iam:PutRolePermissionsBoundary',
  'iam:PutRolePolicy',
];

/** The rest of a role's life, but for its creation and its tags. There is no action on policies here, and none that
 * takes a boundary off. */
export const roleActions = [
  'iam:DeleteRole',
  'iam:GetRole',
  'iam:GetRolePolicy',
  'iam:ListAttachedRolePolicies',
  'iam:ListInstanceProfilesForRole',
  'iam:ListRolePolicies',
  'iam:ListRoleTags',
  'iam:UpdateAssumeRolePolicy',
  'iam:UpdateRole',
  'iam:UpdateRoleDescription',
];

/** Services to which a stack hands its roles. */
export const passedToServices = [
  'batch.amazonaws.com',
  'chatbot.amazonaws.com',
  'ecs-tasks.amazonaws.com',
  'ecs.amazonaws.com',
  'events.amazonaws.com',
  'states.amazonaws.com',
  'vpc-flow-logs.amazonaws.com',
];

/** Services that make a role of their own in the account the first time that they are used. */
export const serviceLinkedRoles = [
  'batch.amazonaws.com',
  'delivery.logs.amazonaws.com',
  'ecs.amazonaws.com',
  'ecs.application-autoscaling.amazonaws.com',
  'elasticloadbalancing.amazonaws.com',
  'management.chatbot.amazonaws.com',
  'ops.apigateway.amazonaws.com',
  'apidestinations.events.amazonaws.com',
  'replication.dynamodb.amazonaws.com',
  'vpcorigin.cloudfront.amazonaws.com',
  'wafv2.amazonaws.com',
];

/** What a preview asks AWS: the data sources of the program, and the registry's token. It refreshes nothing. */
export const previewActions = [
  'ec2:DescribeAvailabilityZones',
  'ec2:DescribeRouteTables',
  'ec2:DescribeSecurityGroups',
  'ec2:DescribeSubnets',
  'ec2:DescribeVpcs',
  'ecr:GetAuthorizationToken',
  'ecr:ListImages',
  'ecs:DescribeServices',
];
