import { type Inputs, type PolicyResource, type Resources, type Rule, statementsOf } from './rule.ts';

/** Whether a resource is encrypted with a customer key, by the type of what keeps data. */
const encrypted: Record<string, (inputs: Inputs) => boolean> = {
  'aws:dynamodb/table:Table': ({ serverSideEncryption }) => serverSideEncryption?.kmsKeyArn !== undefined,
  'aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration': ({
    rules = [],
  }) =>
    rules.every(
      (rule: Inputs) =>
        rule.applyServerSideEncryptionByDefault?.sseAlgorithm === 'aws:kms' && rule.bucketKeyEnabled === true,
    ),
  'aws:cloudwatch/logGroup:LogGroup': ({ kmsKeyId }) => kmsKeyId !== undefined,
  'aws:sqs/queue:Queue': ({ kmsMasterKeyId }) => kmsMasterKeyId !== undefined,
  'aws:sns/topic:Topic': ({ kmsMasterKeyId }) => kmsMasterKeyId !== undefined,
  'aws:ssm/parameter:Parameter': ({ keyId }) => keyId !== undefined,
  'aws:ecr/repository:Repository': ({ encryptionConfigurations = [] }) =>
    encryptionConfigurations[0]?.encryptionType === 'KMS',
};

/** Services that write access logs to buckets. A load balancer writes to none with a customer key:
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html */
const logWriters = ['delivery.logs.amazonaws.com', 'logdelivery.elasticloadbalancing.amazonaws.com'];

export const encryptionRules: Rule[] = [
  {
    ids: ['own-customer-key', 'CKV_AWS_119', 'CKV_AWS_136', 'CKV_AWS_145', 'CKV_AWS_158', 'CKV_AWS_337'],
    level: 'baseline',
    requires: 'a stack with a key of its own encrypts with it all that it keeps',
    violations: (resources) => {
      if (!hasOwnKey(resources)) return [];
      return Object.entries(encrypted).flatMap(([type, holds]) =>
        resources
          .of(type)
          .filter((resource) => !isException(resources, resource) && !holds(resource.inputs as Inputs))
          .map(({ name }) => name),
      );
    },
  },
];

/** A key for more than the messages of alarms. */
function hasOwnKey(resources: Resources): boolean {
  return resources
    .of('aws:kms/key:Key')
    .some(({ inputs }) =>
      statementsOf(inputs.policy).some(({ Principal }) => JSON.stringify(Principal).includes('"logs.')),
    );
}

/** Buckets of access logs, and log groups of the edge, which are in another region than the key may be. */
function isException(resources: Resources, { name, inputs }: PolicyResource): boolean {
  const policy = resources.of('aws:s3/bucketPolicy:BucketPolicy').find((one) => one.name === name);
  const writers = statementsOf(policy?.inputs.policy).map(({ Principal }) => JSON.stringify(Principal));
  return (
    inputs.region !== undefined || logWriters.some((writer) => writers.some((text) => text?.includes(writer)))
  );
}
