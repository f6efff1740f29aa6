import { type Inputs, type Rule, statementsOf } from './rule.ts';

const bucket = 'aws:s3/bucket:Bucket';
const table = 'aws:dynamodb/table:Table';
const topic = 'aws:sns/topic:Topic';

function refusesPlaintext({ policy }: Inputs): boolean {
  return statementsOf(policy).some(
    ({ Effect, Condition }) =>
      Effect === 'Deny' && String(Condition?.Bool?.['aws:SecureTransport']) === 'false',
  );
}

function admitsEverybody({ policy }: Inputs): boolean {
  return statementsOf(policy).some(
    ({ Effect, Principal }) => Effect === 'Allow' && JSON.stringify(Principal ?? '').includes('"*"'),
  );
}

/** Every bucket has a companion resource for which `holds`. */
function companion(
  ids: string[],
  level: Rule['level'],
  requires: string,
  kind: string,
  holds: (inputs: Inputs) => boolean,
): Rule {
  const type = `aws:s3/${kind.charAt(0).toLowerCase()}${kind.slice(1)}:${kind}`;
  return {
    ids,
    level,
    requires,
    violations: (resources) => resources.without(bucket, type, 'bucket', holds),
  };
}

export const storageRules: Rule[] = [
  {
    ids: ['DynamoDB.2', 'CKV_AWS_28'],
    level: 'production',
    requires: 'tables can be restored to any time',
    violations: (resources) =>
      resources.failing(table, (inputs) => inputs.pointInTimeRecovery?.enabled === true),
  },
  {
    ids: ['DynamoDB.6'],
    level: 'production',
    requires: 'tables refuse deletion',
    violations: (resources) =>
      resources.failing(table, (inputs) => inputs.deletionProtectionEnabled === true),
  },
  {
    ids: ['DynamoDB.1'],
    level: 'baseline',
    requires: 'tables scale by themselves',
    violations: (resources) => resources.failing(table, (inputs) => inputs.billingMode === 'PAY_PER_REQUEST'),
  },
  {
    ids: ['own-throughput-cap'],
    level: 'baseline',
    requires: 'a table’s throughput, and so its bill, has a limit',
    violations: (resources) => resources.failing(table, (inputs) => inputs.onDemandThroughput !== undefined),
  },
  companion(
    ['S3.8', 'CKV_AWS_53', 'CKV_AWS_54', 'CKV_AWS_55', 'CKV_AWS_56'],
    'baseline',
    'buckets block public access in all four ways',
    'BucketPublicAccessBlock',
    (inputs) =>
      ['blockPublicAcls', 'blockPublicPolicy', 'ignorePublicAcls', 'restrictPublicBuckets'].every(
        (key) => inputs[key] === true,
      ),
  ),
  companion(['S3.5', 'Sol-S10'], 'baseline', 'buckets refuse plaintext', 'BucketPolicy', refusesPlaintext),
  companion(
    ['own-bucket-encryption'],
    'baseline',
    'buckets encrypt',
    'BucketServerSideEncryptionConfiguration',
    ({ rules = [] }) => rules.length > 0,
  ),
  companion(
    ['S3.14'],
    'production',
    'buckets keep old versions',
    'BucketVersioning',
    ({ versioningConfiguration }) => versioningConfiguration?.status === 'Enabled',
  ),
  companion(
    ['S3.13', 'CKV_AWS_300'],
    'baseline',
    'buckets rid themselves of abandoned uploads',
    'BucketLifecycleConfiguration',
    ({ rules = [] }) => rules.some((rule: Inputs) => rule.abortIncompleteMultipartUpload !== undefined),
  ),
  companion(
    ['S3.12'],
    'baseline',
    'the account owns every object, and there are no ACLs',
    'BucketOwnershipControls',
    ({ rule }) => rule?.objectOwnership === 'BucketOwnerEnforced',
  ),
  companion(['S3.9'], 'production', 'access to buckets is logged', 'BucketLogging', () => true),
  {
    ids: ['CKV_AWS_70'],
    level: 'baseline',
    requires: 'no bucket policy admits every principal',
    violations: (resources) =>
      resources.failing('aws:s3/bucketPolicy:BucketPolicy', (inputs) => !admitsEverybody(inputs)),
  },
  {
    ids: ['Sol-SNS3'],
    level: 'baseline',
    requires: 'topics refuse plaintext',
    violations: (resources) =>
      resources.without(topic, 'aws:sns/topicPolicy:TopicPolicy', 'arn', refusesPlaintext),
  },
  {
    ids: ['own-private-topic'],
    level: 'baseline',
    requires: 'no topic policy admits every principal',
    violations: (resources) =>
      resources.failing('aws:sns/topicPolicy:TopicPolicy', (inputs) => !admitsEverybody(inputs)),
  },
  {
    ids: ['CKV_AWS_26'],
    level: 'production',
    requires: 'topics encrypt',
    violations: (resources) => resources.failing(topic, ({ kmsMasterKeyId }) => kmsMasterKeyId !== undefined),
  },
  {
    ids: ['KMS.4', 'CKV_AWS_7'],
    level: 'baseline',
    requires: 'customer keys rotate',
    violations: (resources) =>
      resources.failing('aws:kms/key:Key', ({ enableKeyRotation }) => enableKeyRotation === true),
  },
  {
    ids: ['CKV_AWS_33'],
    level: 'baseline',
    requires: 'policies of keys name each principal and each action',
    violations: (resources) =>
      resources.failing(
        'aws:kms/key:Key',
        (inputs) =>
          !admitsEverybody(inputs) &&
          statementsOf(inputs.policy).every(({ Action }) => Action.every((action) => !action.includes('*'))),
      ),
  },
  {
    ids: ['own-secure-string'],
    level: 'baseline',
    requires: 'parameters are encrypted',
    violations: (resources) =>
      resources.failing('aws:ssm/parameter:Parameter', ({ type }) => type === 'SecureString'),
  },
  {
    ids: ['ECR.1', 'CKV_AWS_163'],
    level: 'baseline',
    requires: 'images are scanned when they are pushed',
    violations: (resources) =>
      resources.failing(
        'aws:ecr/repository:Repository',
        ({ imageScanningConfiguration }) => imageScanningConfiguration?.scanOnPush === true,
      ),
  },
  {
    ids: ['ECR.2', 'CKV_AWS_51'],
    level: 'baseline',
    requires: 'a tag never names another image',
    violations: (resources) =>
      resources.failing(
        'aws:ecr/repository:Repository',
        (inputs) => inputs.imageTagMutability === 'IMMUTABLE',
      ),
  },
  {
    ids: ['ECR.3'],
    level: 'baseline',
    requires: 'repositories have a lifecycle policy',
    violations: (resources) =>
      resources.without(
        'aws:ecr/repository:Repository',
        'aws:ecr/lifecyclePolicy:LifecyclePolicy',
        'repository',
      ),
  },
];
