import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import type { PolicyStatement } from './iam.ts';

/**
 * What a principal needs on a customer key to use what a service keeps under it. The service calls KMS for the principal, so
 * these are permissions of the principal:
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html (uploads in parts decrypt too),
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html,
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html,
 * https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html,
 * https://docs.aws.amazon.com/kms/latest/developerguide/services-parameter-store.html
 */
const uses = {
  'read objects': { service: 's3', actions: ['kms:Decrypt'] },
  'write objects': { service: 's3', actions: ['kms:Decrypt', 'kms:GenerateDataKey'] },
  'use tables': {
    service: 'dynamodb',
    actions: [
      'kms:Decrypt',
      'kms:DescribeKey',
      'kms:Encrypt',
      'kms:GenerateDataKey',
      'kms:ReEncryptFrom',
      'kms:ReEncryptTo',
    ],
  },
  'send messages': { service: 'sqs', actions: ['kms:Decrypt', 'kms:GenerateDataKey'] },
  'receive messages': { service: 'sqs', actions: ['kms:Decrypt'] },
  'publish messages': { service: 'sns', actions: ['kms:Decrypt', 'kms:GenerateDataKey'] },
  'read parameters': { service: 'ssm', actions: ['kms:Decrypt'] },
} as const;

export type KeyUse = keyof typeof uses;

/** The statement that lets a role use what is encrypted with a key, through the service that keeps it and in no other way;
 * none without a key. */
export function useKey(
  keyArn: pulumi.Input<string> | undefined,
  use: KeyUse,
  child?: { parent: pulumi.Resource },
): PolicyStatement[] {
  if (keyArn === undefined) return [];
  const { service, actions } = uses[use];
  return [
    {
      actions: [...actions],
      resources: [keyArn],
      conditions: {
        StringEquals: { 'kms:ViaService': viaServices([service], child).apply(([one]) => one as string) },
      },
    },
  ];
}

/** The values of `kms:ViaService` for services of the region that is deployed to. */
export function viaServices(
  services: string[],
  child?: { parent: pulumi.Resource },
): pulumi.Output<string[]> {
  const { region } = aws.getRegionOutput({}, child);
  const { dnsSuffix } = aws.getPartitionOutput({}, child);
  return pulumi
    .all([region, dnsSuffix])
    .apply(([where, suffix]) => services.map((service) => `${service}.${where}.${suffix}`));
}
