import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { keyManagementActions } from '../iam.ts';
import { viaServices } from '../key-use.ts';

/** The account may also list the grants of the key. */
const keyManagement = [...keyManagementActions, 'kms:ListGrants'].sort();

/** What services that encrypt by themselves ask of a key: data keys, and the values that they encrypted with them. */
const encrypt = [
  'kms:Decrypt',
  'kms:DescribeKey',
  'kms:Encrypt',
  'kms:GenerateDataKey',
  'kms:ReEncryptFrom',
  'kms:ReEncryptTo',
];

/**
 * The policy of a key. In it the resource `*` is the key itself. It names no resource that is encrypted with the key, since
 * each of them needs the key first; so services are kept to the account, and to the kind of resource.
 *
 * The account's administrators manage the key but cannot use it. Its principals use it as far as IAM permits them, and only
 * through the services that keep the data: https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html
 */
export function keyPolicy(child: { parent: pulumi.Resource }): pulumi.Output<string> {
  const { accountId } = aws.getCallerIdentityOutput({}, child);
  const { region } = aws.getRegionOutput({}, child);
  const { partition, dnsSuffix } = aws.getPartitionOutput({}, child);
  const account = { AWS: pulumi.interpolate`arn:${partition}:iam::${accountId}:root` };
  return pulumi.jsonStringify({
    Version: '2012-10-17',
    Statement: [
      allow('Manage', account, keyManagement),
      allow('UseThroughServices', account, encrypt, {
        StringEquals: {
          'kms:ViaService': viaServices(
            ['dynamodb', 'ecr', 's3', 'secretsmanager', 'sns', 'sqs', 'ssm'],
            child,
          ),
        },
      }),
      // A table and a repository get a grant when they are created, from the principal that creates them:
      // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html
      // https://docs.aws.amazon.com/AmazonECR/latest/userguide/encryption-at-rest.html
      allow('GrantToServices', account, ['kms:CreateGrant', 'kms:RetireGrant'], {
        StringEquals: { 'kms:ViaService': viaServices(['dynamodb', 'ecr'], child) },
        Bool: { 'kms:GrantIsForAWSResource': 'true' },
      }),
      // https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
      allow('WriteLogs', service(pulumi.interpolate`logs.${region}.${dnsSuffix}`), encrypt, {
        ArnLike: {
          'kms:EncryptionContext:aws:logs:arn': pulumi.interpolate`arn:${partition}:logs:${region}:${accountId}:log-group:*`,
        },
      }),
      // Events to dead-letter queues, and those that turn an alarm on:
      // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
      allow('SendEvents', service('events.amazonaws.com'), dataKeys, {
        StringEquals: { 'aws:SourceAccount': accountId },
      }),
      publishAlarms,
      // The distribution is made after its buckets, so no policy that they need can name it:
      // https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html
      allow('ReadThroughCdn', service('cloudfront.amazonaws.com'), ['kms:Decrypt'], {
        ArnLike: {
          'aws:SourceArn': pulumi.interpolate`arn:${partition}:cloudfront::${accountId}:distribution/*`,
        },
      }),
    ],
  });
}

/** The policy of a key for messages of alarms alone. */
export function alarmKeyPolicy(account: pulumi.Output<string>): pulumi.Output<string> {
  return pulumi.jsonStringify({
    Version: '2012-10-17',
    Statement: [allow('Manage', { AWS: account }, keyManagement), publishAlarms],
  });
}

const dataKeys = ['kms:Decrypt', 'kms:GenerateDataKey'];

/**
 * Alarms of any account: AWS documents no condition here, and a wrong one would silence every alarm. The topic's policy
 * admits only those of this account. https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
 */
const publishAlarms = allow('Publish', service('cloudwatch.amazonaws.com'), dataKeys);

function allow(
  Sid: string,
  Principal: Record<string, pulumi.Input<string>>,
  Action: string[],
  Condition?: Record<string, Record<string, pulumi.Input<string | string[]>>>,
) {
  return {
    Sid,
    Effect: 'Allow',
    Principal,
    Action,
    Resource: '*',
    ...(Condition === undefined ? {} : { Condition }),
  };
}

function service(Service: pulumi.Input<string>): Record<string, pulumi.Input<string>> {
  return { Service };
}
