import { physicalName } from '../../stacks/physical-name.ts';
import { cdnBreaches } from './breaches-cdn.ts';
import { pipelineBreaches } from './breaches-pipeline.ts';

/** For each rule of the policy a change of a planned resource that breaks it: a rule that nothing can break checks
 * nothing. */
export interface Breach {
  stack?: 'dev' | 'prod';
  type: string;
  name: string;
  /** Overrides of the stack's configuration under which the rule holds. */
  config?: string[];
  /** Changes the inputs; answers `remove` when the resource is to be missing, or a resource to add. */
  change(inputs: Inputs): unknown;
  /** The resource that the rule then names; by default the changed one. */
  reported?: string;
  /** The rule is waived, and so broken already: the change makes it hold. */
  repairs?: true;
}

// biome-ignore lint/suspicious/noExplicitAny: tests write any shape.
type Inputs = Record<string, any>;
type Change = Breach['change'];

const remove = () => 'remove';
const set = (values: Inputs) => (inputs: Inputs) => Object.assign(inputs, values);

function container(change: (container: Inputs) => unknown): Breach {
  return {
    type: 'aws:ecs/taskDefinition:TaskDefinition',
    name: 'api-task-definition',
    change: (inputs) => {
      const containers = JSON.parse(inputs.containerDefinitions);
      change(containers[0]);
      inputs.containerDefinitions = JSON.stringify(containers);
    },
  };
}

const task = (change: Change): Breach => ({ ...container(() => {}), change });
const service = (change: Change): Breach => ({
  type: 'aws:ecs/service:Service',
  name: 'api-service',
  change,
});
const balancer = (change: Change): Breach => ({
  type: 'aws:lb/loadBalancer:LoadBalancer',
  name: 'api-lb',
  change,
});
const stage = (change: Change): Breach => ({
  stack: 'dev',
  type: 'aws:apigatewayv2/stage:Stage',
  name: 'api-stage',
  change,
});
const table = (change: Change): Breach => ({ type: 'aws:dynamodb/table:Table', name: 'users-table', change });
const bucketPart = (kind: string, change: Change = remove): Breach => ({
  type: `aws:s3/${kind.charAt(0).toLowerCase()}${kind.slice(1)}:${kind}`,
  name: 'access-logs',
  change,
});
const repository = (change: Change): Breach => ({
  type: 'aws:ecr/repository:Repository',
  name: 'app-repository',
  change,
});
const rolePolicy = (statement: Inputs): Breach => ({
  type: 'aws:iam/rolePolicy:RolePolicy',
  name: 'api-task-policy',
  change: (inputs) => {
    const document = JSON.parse(inputs.policy);
    document.Statement.push({ Effect: 'Allow', ...statement });
    inputs.policy = JSON.stringify(document);
  },
});
const admitEverybody = (inputs: Inputs) => {
  const document = JSON.parse(inputs.policy);
  document.Statement.push({
    Effect: 'Allow',
    Principal: { AWS: '*' },
    Action: 's3:GetObject',
    Resource: 'x',
  });
  inputs.policy = JSON.stringify(document);
};

/** With a certificate prod has a listener that redirects; without the redirect it serves plaintext. */
const redirect: Breach = {
  config: [
    'service.certificateArn=arn:aws:acm:us-east-1:123456789012:certificate/x',
    'service.domainName=api.example.com',
  ],
  type: 'aws:lb/listener:Listener',
  name: 'api-http',
  change: set({ defaultActions: [{ type: 'forward' }] }),
};

export const breaches: Record<string, Breach> = {
  'own-customer-key': {
    ...table(set({ serverSideEncryption: undefined })),
    config: ['encryption.customerKey=true'],
  },
  'own-identity': {
    type: 'aws:lb/listener:Listener',
    name: 'api-http',
    change: ({ loadBalancerArn, port }) => ({
      type: 'aws:lb/listener:Listener',
      name: 'api-twin',
      parent: null,
      inputs: { loadBalancerArn, port },
    }),
    reported: 'api-twin',
  },
  ...pipelineBreaches,
  ...cdnBreaches,
  'ECS.20': container((one) => set({ user: 'root' })(one)),
  'ECS.5': container((one) => set({ readonlyRootFilesystem: false })(one)),
  'ECS.4': container((one) => set({ privileged: true })(one)),
  'ECS.8': container((one) => one.environment.push({ name: 'API_KEY', value: 'x' })),
  'ECS.9': container((one) => set({ logConfiguration: undefined })(one)),
  'own-nonblocking-logs': container((one) => set({ mode: 'blocking' })(one.logConfiguration.options)),
  'own-digest': container((one) => set({ image: 'app:latest' })(one)),
  'ECS.3': task(set({ pidMode: 'host' })),
  'ECS.1': task(set({ networkMode: 'bridge' })),
  CKV_AWS_249: task((inputs) => set({ taskRoleArn: inputs.executionRoleArn })(inputs)),
  'ECS.2': service((inputs) => set({ assignPublicIp: true })(inputs.networkConfiguration)),
  'ECS.10': service(set({ platformVersion: '1.3.0' })),
  CKV_AWS_223: service(set({ enableExecuteCommand: true })),
  'own-page-reads': {
    type: 'aws:appautoscaling/target:Target',
    name: 'api-scaling',
    change: set({ maxCapacity: 13 }),
    reported: 'api-service',
  },
  'own-circuit-breaker': service(set({ deploymentCircuitBreaker: { enable: true, rollback: false } })),
  'ECS.12': {
    type: 'aws:ecs/cluster:Cluster',
    name: 'api-cluster',
    change: set({ settings: [{ name: 'containerInsights', value: 'disabled' }] }),
  },
  'ELB.1': redirect,
  CKV_AWS_103: redirect,
  'ELB.4': balancer(set({ dropInvalidHeaderFields: false })),
  'ELB.12': balancer(set({ desyncMitigationMode: 'monitor' })),
  'ELB.5': balancer(set({ accessLogs: undefined })),
  'ELB.6': balancer(set({ enableDeletionProtection: false })),
  'ELB.13': balancer((inputs) => set({ subnets: inputs.subnets.slice(0, 1) })(inputs)),
  'ELB.16': {
    ...balancer(() => ({
      type: 'aws:wafv2/webAclAssociation:WebAclAssociation',
      name: 'acl',
      parent: null,
      inputs: { resourceArn: 'arn:aws:elasticloadbalancing:us-east-1:1:loadbalancer/app/api-lb-1234567/1' },
    })),
    repairs: true,
  },
  CKV_AWS_261: {
    type: 'aws:lb/targetGroup:TargetGroup',
    name: 'api-rg',
    change: set({ healthCheck: undefined }),
  },
  'APIGateway.9': stage(set({ accessLogSettings: undefined })),
  'own-throttling': stage(set({ defaultRouteSettings: { throttlingRateLimit: 0, throttlingBurstLimit: 0 } })),
  'DynamoDB.2': table(set({ pointInTimeRecovery: { enabled: false } })),
  'DynamoDB.6': table(set({ deletionProtectionEnabled: false })),
  'DynamoDB.1': table(set({ billingMode: 'PROVISIONED' })),
  'own-throughput-cap': { ...table(set({ onDemandThroughput: undefined })), stack: 'dev' },
  'S3.8': bucketPart('BucketPublicAccessBlock', set({ blockPublicPolicy: false })),
  'S3.5': bucketPart('BucketPolicy'),
  'own-bucket-encryption': bucketPart('BucketServerSideEncryptionConfiguration'),
  'S3.14': bucketPart('BucketVersioning', set({ versioningConfiguration: { status: 'Suspended' } })),
  'S3.13': bucketPart('BucketLifecycleConfiguration', (inputs) => inputs.rules.shift()),
  'S3.9': {
    type: 'aws:s3/bucket:Bucket',
    name: 'access-logs',
    change: (inputs) => ({
      type: 'aws:s3/bucketLogging:BucketLogging',
      name: 'logging',
      parent: null,
      inputs: { bucket: physicalName('access-logs', inputs) },
    }),
    repairs: true,
  },
  'S3.12': bucketPart('BucketOwnershipControls', set({ rule: { objectOwnership: 'ObjectWriter' } })),
  CKV_AWS_70: bucketPart('BucketPolicy', admitEverybody),
  'Sol-SNS3': {
    type: 'aws:sns/topicPolicy:TopicPolicy',
    name: 'alarms-policy',
    change: remove,
    reported: 'alarms-topic',
  },
  CKV_AWS_26: {
    type: 'aws:sns/topic:Topic',
    name: 'alarms-topic',
    change: set({ kmsMasterKeyId: undefined }),
  },
  'own-private-topic': {
    type: 'aws:sns/topicPolicy:TopicPolicy',
    name: 'alarms-policy',
    change: admitEverybody,
  },
  'KMS.4': { type: 'aws:kms/key:Key', name: 'alarms-key', change: set({ enableKeyRotation: false }) },
  CKV_AWS_33: { type: 'aws:kms/key:Key', name: 'alarms-key', change: admitEverybody },
  'own-secure-string': {
    type: 'aws:ssm/parameter:Parameter',
    name: 'api-key',
    change: set({ type: 'String' }),
  },
  'ECR.1': repository(set({ imageScanningConfiguration: { scanOnPush: false } })),
  'ECR.2': repository(set({ imageTagMutability: 'MUTABLE' })),
  'ECR.3': {
    type: 'aws:ecr/lifecyclePolicy:LifecyclePolicy',
    name: 'app-lifecycle',
    change: remove,
    reported: 'app-repository',
  },
  'EC2.6': {
    type: 'aws:ec2/flowLog:FlowLog',
    name: 'network-flow-log',
    change: remove,
    reported: 'network-vpc',
  },
  'EC2.2': {
    type: 'aws:ec2/defaultSecurityGroup:DefaultSecurityGroup',
    name: 'network-default',
    change: set({ ingress: [{ protocol: '-1' }] }),
    reported: 'network-vpc',
  },
  'own-ipv6-route': {
    config: ['network.egress=ipv6'],
    type: 'aws:ec2/route:Route',
    name: 'network-vpc-ipv6-us-east-1a',
    change: set({ egressOnlyGatewayId: undefined, gatewayId: 'igw-1' }),
  },
  'own-endpoint-policy': {
    type: 'aws:ec2/vpcEndpoint:VpcEndpoint',
    name: 'network-s3',
    change: set({ policy: undefined }),
  },
  'EC2.15': {
    type: 'aws:ec2/subnet:Subnet',
    name: 'network-vpc-public-us-east-1a',
    change: set({ mapPublicIpOnLaunch: true }),
  },
  'EC2.18': {
    type: 'aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule',
    name: 'site-to-load-balancer',
    change: set({ cidrIpv4: '0.0.0.0/0' }),
  },
  'own-separate-rules': {
    type: 'aws:ec2/securityGroup:SecurityGroup',
    name: 'api-tasks',
    change: set({ ingress: [{ fromPort: 22 }] }),
  },
  CKV_AWS_23: {
    type: 'aws:ec2/securityGroup:SecurityGroup',
    name: 'api-tasks',
    change: set({ description: '' }),
  },
  'IAM.1': rolePolicy({ Action: 'dynamodb:*', Resource: 'arn:aws:x' }),
  'own-resources': rolePolicy({ Action: 'dynamodb:GetItem', Resource: '*' }),
  'own-pass-role': rolePolicy({ Action: 'iam:PassRole', Resource: 'arn:aws:iam::1:role/x' }),
  'own-trust': {
    type: 'aws:iam/role:Role',
    name: 'api-task',
    change: set({
      assumeRolePolicy: JSON.stringify({
        Statement: [
          { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'ecs-tasks.amazonaws.com' } },
        ],
      }),
    }),
  },
  CKV_AWS_66: {
    type: 'aws:cloudwatch/logGroup:LogGroup',
    name: 'api-logs',
    change: set({ retentionInDays: undefined }),
  },
  'CloudWatch.15': {
    type: 'aws:cloudwatch/metricAlarm:MetricAlarm',
    name: 'api-errors',
    change: set({ alarmActions: [] }),
  },
  'own-name-length': {
    type: 'aws:lb/targetGroup:TargetGroup',
    name: 'api-rg',
    change: set({ name: 'a'.repeat(33) }),
  },
  'own-name-family': task(set({ family: 'a.b' })),
};
