import { client, type Mapped, owner, pairs, provider } from './mapped.ts';
import type { Names } from './reshaped.ts';

/** A bucket's settings are resources of their own here, and properties of the bucket there. */
const ofBucket = (within: string, names?: Names): Mapped => ({
  type: 'AWS::S3::Bucket',
  within,
  names,
  without: { [`${within}.bucket`]: owner },
});

/** What AWS calls the types that do the work: containers, jobs, tables, buckets, and what watches them. */
export const workTypes: Readonly<Record<string, Mapped>> = {
  'aws:appautoscaling/policy:Policy': {
    type: 'AWS::ApplicationAutoScaling::ScalingPolicy',
    given: ['PolicyName'],
  },
  'aws:appautoscaling/scheduledAction:ScheduledAction': {
    type: 'AWS::ApplicationAutoScaling::ScalableTarget',
    within: 'scheduledActions',
    names: { name: 'scheduledActionName' },
    given: [
      'scheduledActions.ScheduledActionName',
      'MaxCapacity',
      'MinCapacity',
      'ResourceId',
      'ScalableDimension',
      'ServiceNamespace',
    ],
    without: {
      'scheduledActions.serviceNamespace': owner,
      'scheduledActions.resourceId': owner,
      'scheduledActions.scalableDimension': owner,
    },
  },
  'aws:appautoscaling/target:Target': { type: 'AWS::ApplicationAutoScaling::ScalableTarget' },
  'aws:batch/computeEnvironment:ComputeEnvironment': { type: 'AWS::Batch::ComputeEnvironment' },
  'aws:batch/jobDefinition:JobDefinition': {
    type: 'AWS::Batch::JobDefinition',
    without: { deregisterOnNewRevision: provider },
  },
  'aws:batch/jobQueue:JobQueue': { type: 'AWS::Batch::JobQueue' },
  'aws:chatbot/slackChannelConfiguration:SlackChannelConfiguration': {
    type: 'AWS::Chatbot::SlackChannelConfiguration',
    names: { slackTeamId: 'slackWorkspaceId', guardrailPolicyArns: 'guardrailPolicies' },
  },
  'aws:cloudwatch/dashboard:Dashboard': { type: 'AWS::CloudWatch::Dashboard' },
  'aws:cloudwatch/eventApiDestination:EventApiDestination': { type: 'AWS::Events::ApiDestination' },
  'aws:cloudwatch/eventConnection:EventConnection': {
    type: 'AWS::Events::Connection',
    names: {
      'authParameters.apiKey': ({ key, value }) => ({
        apiKeyAuthParameters: { apiKeyName: key, apiKeyValue: value },
      }),
    },
  },
  'aws:cloudwatch/eventRule:EventRule': { type: 'AWS::Events::Rule' },
  'aws:cloudwatch/eventTarget:EventTarget': {
    type: 'AWS::Events::Rule',
    within: 'targets',
    names: { targetId: 'id', 'inputTransformer.inputPaths': 'inputPathsMap' },
    given: ['targets.Id'],
    without: { 'targets.rule': owner },
  },
  'aws:cloudwatch/logDelivery:LogDelivery': { type: 'AWS::Logs::Delivery', without: { region: client } },
  'aws:cloudwatch/logDeliveryDestination:LogDeliveryDestination': {
    type: 'AWS::Logs::DeliveryDestination',
    names: { deliveryDestinationConfiguration: (destination) => destination },
    given: ['Name'],
    without: { region: client },
  },
  'aws:cloudwatch/logDeliverySource:LogDeliverySource': {
    type: 'AWS::Logs::DeliverySource',
    given: ['Name'],
    without: { region: client },
  },
  'aws:cloudwatch/logGroup:LogGroup': {
    type: 'AWS::Logs::LogGroup',
    names: { name: 'logGroupName', namePrefix: 'logGroupName' },
    without: { region: client },
  },
  'aws:cloudwatch/logMetricFilter:LogMetricFilter': {
    type: 'AWS::Logs::MetricFilter',
    names: {
      pattern: 'filterPattern',
      'metricTransformation.name': 'metricName',
      'metricTransformation.namespace': 'metricNamespace',
      'metricTransformation.value': 'metricValue',
    },
  },
  'aws:cloudwatch/metricAlarm:MetricAlarm': {
    type: 'AWS::CloudWatch::Alarm',
    names: {
      dimensions: (dimensions) => ({ dimensions: pairs(dimensions) }),
      metricQueries: 'metrics',
      'metricQueries.metric': ({ period, stat, ...metric }) => ({
        metricStat: { period, stat, metric: { ...metric, dimensions: pairs(metric.dimensions) } },
      }),
    },
  },
  'aws:dynamodb/table:Table': {
    type: 'AWS::DynamoDB::Table',
    names: {
      name: 'tableName',
      attributes: 'attributeDefinitions',
      'attributes.name': 'attributeName',
      'attributes.type': 'attributeType',
      ...keys(''),
      ...keys('globalSecondaryIndexes.'),
      'globalSecondaryIndexes.name': 'indexName',
      'globalSecondaryIndexes.projectionType': 'projection.projectionType',
      'globalSecondaryIndexes.nonKeyAttributes': 'projection.nonKeyAttributes',
      serverSideEncryption: ({ enabled, kmsKeyArn }) => ({
        SSESpecification: { SSEEnabled: enabled, SSEType: 'KMS', KMSMasterKeyId: kmsKeyArn },
      }),
      pointInTimeRecovery: ({ enabled }) => ({
        pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: enabled },
      }),
      ttl: 'timeToLiveSpecification',
      streamViewType: 'streamSpecification.streamViewType',
      streamEnabled: () => ({}),
    },
    without: { replicas: 'a table with replicas is another type, AWS::DynamoDB::GlobalTable' },
  },
  'aws:ecr/lifecyclePolicy:LifecyclePolicy': {
    type: 'AWS::ECR::Repository',
    names: { repository: 'repositoryName', policy: 'lifecyclePolicy.lifecyclePolicyText' },
  },
  'aws:ecr/repository:Repository': { type: 'AWS::ECR::Repository', without: { forceDelete: provider } },
  'aws:ecs/cluster:Cluster': { type: 'AWS::ECS::Cluster', names: { settings: 'clusterSettings' } },
  'aws:ecs/clusterCapacityProviders:ClusterCapacityProviders': {
    type: 'AWS::ECS::ClusterCapacityProviderAssociations',
    names: { clusterName: 'cluster' },
    given: ['DefaultCapacityProviderStrategy'],
  },
  'aws:ecs/service:Service': {
    type: 'AWS::ECS::Service',
    names: {
      alarms: 'deploymentConfiguration.alarms',
      deploymentCircuitBreaker: 'deploymentConfiguration.deploymentCircuitBreaker',
      deploymentMaximumPercent: 'deploymentConfiguration.maximumPercent',
      deploymentMinimumHealthyPercent: 'deploymentConfiguration.minimumHealthyPercent',
      networkConfiguration: ({ assignPublicIp, ...network }) => ({
        networkConfiguration: {
          awsvpcConfiguration: { ...network, assignPublicIp: assignPublicIp ? 'ENABLED' : 'DISABLED' },
        },
      }),
      forceNewDeployment: (force) => ({ forceNewDeployment: { enableForceNewDeployment: force } }),
    },
    without: { waitForSteadyState: provider },
  },
  'aws:ecs/taskDefinition:TaskDefinition': {
    type: 'AWS::ECS::TaskDefinition',
    without: { skipDestroy: provider },
  },
  'aws:iam/openIdConnectProvider:OpenIdConnectProvider': { type: 'AWS::IAM::OIDCProvider' },
  'aws:iam/policy:Policy': { type: 'AWS::IAM::ManagedPolicy', names: { policy: 'policyDocument' } },
  'aws:iam/role:Role': {
    type: 'AWS::IAM::Role',
    names: { assumeRolePolicy: 'assumeRolePolicyDocument' },
  },
  'aws:iam/rolePolicy:RolePolicy': {
    type: 'AWS::IAM::RolePolicy',
    names: { policy: 'policyDocument', role: 'roleName' },
    given: ['PolicyName'],
  },
  'aws:kms/alias:Alias': {
    type: 'AWS::KMS::Alias',
    names: { name: 'aliasName' },
    // The key's id, which the mocks do not make up.
    given: ['TargetKeyId'],
  },
  'aws:kms/key:Key': {
    type: 'AWS::KMS::Key',
    names: { policy: 'keyPolicy', deletionWindowInDays: 'pendingWindowInDays' },
  },
  'aws:s3/bucket:Bucket': { type: 'AWS::S3::Bucket', without: { forceDestroy: provider } },
  'aws:s3/bucketCorsConfiguration:BucketCorsConfiguration': ofBucket('corsConfiguration', {
    'corsRules.maxAgeSeconds': 'maxAge',
    'corsRules.exposeHeaders': 'exposedHeaders',
  }),
  'aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration': ofBucket('lifecycleConfiguration', {
    'rules.filter': (filter) => filter,
    'rules.expiration': ({ days }) => ({ expirationInDays: days }),
    'rules.noncurrentVersionExpiration': ({ noncurrentDays }) => ({
      noncurrentVersionExpirationInDays: noncurrentDays,
    }),
  }),
  'aws:s3/bucketNotification:BucketNotification': ofBucket('notificationConfiguration', {
    eventbridge: 'eventBridgeConfiguration.eventBridgeEnabled',
  }),
  'aws:s3/bucketOwnershipControls:BucketOwnershipControls': ofBucket('ownershipControls'),
  'aws:s3/bucketPolicy:BucketPolicy': { type: 'AWS::S3::BucketPolicy', names: { policy: 'policyDocument' } },
  'aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock': ofBucket('publicAccessBlockConfiguration'),
  'aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration': ofBucket(
    'bucketEncryption',
    {
      rules: 'serverSideEncryptionConfiguration',
      'rules.applyServerSideEncryptionByDefault': 'serverSideEncryptionByDefault',
    },
  ),
  'aws:s3/bucketVersioning:BucketVersioning': {
    type: 'AWS::S3::Bucket',
    names: { bucket: 'bucketName' },
  },
  'aws:sfn/stateMachine:StateMachine': {
    type: 'AWS::StepFunctions::StateMachine',
    names: {
      type: 'stateMachineType',
      definition: 'definitionString',
      'loggingConfiguration.logDestination': (arn) => ({
        destinations: [{ cloudWatchLogsLogGroup: { logGroupArn: arn } }],
      }),
    },
  },
  'aws:sns/topic:Topic': { type: 'AWS::SNS::Topic' },
  'aws:sns/topicPolicy:TopicPolicy': {
    type: 'AWS::SNS::TopicPolicy',
    names: { arn: 'topics', policy: 'policyDocument' },
  },
  'aws:sns/topicSubscription:TopicSubscription': {
    type: 'AWS::SNS::Subscription',
    names: { topic: 'topicArn' },
  },
  'aws:sqs/queue:Queue': {
    type: 'AWS::SQS::Queue',
    names: { messageRetentionSeconds: 'messageRetentionPeriod' },
  },
  'aws:sqs/queuePolicy:QueuePolicy': {
    type: 'AWS::SQS::QueuePolicy',
    names: { queueUrl: 'queues', policy: 'policyDocument' },
  },
  'aws:ssm/parameter:Parameter': {
    type: 'AWS::SSM::Parameter',
    names: {
      // CloudFormation makes no secrets, so its schema knows two of the three types.
      type: (type) => (String(type) === 'SecureString' ? { secureString: true } : { type }),
    },
    given: ['Type'],
    without: {
      secureString: 'CloudFormation makes none',
      keyId: 'the key of a secret, of which CloudFormation makes none',
    },
  },
};

function keys(path: string): Names {
  return {
    [`${path}hashKey`]: (name) => ({ keySchema: [{ attributeName: name, keyType: 'HASH' }] }),
    [`${path}rangeKey`]: (name) => ({ keySchema: [{ attributeName: name, keyType: 'RANGE' }] }),
  };
}
