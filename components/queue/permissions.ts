import type * as pulumi from '@pulumi/pulumi';
import type { PolicyStatement } from '../iam.ts';
import { useKey } from '../key-use.ts';

interface Owned {
  queueArn: pulumi.Input<string>;
  /** The customer key that encrypts the messages, if any. */
  keyArn?: pulumi.Input<string> | undefined;
}

/** What a sender needs; SQS asks a key for a data key, and decrypts one that it has used before. */
export function sendStatements({ queueArn, keyArn }: Owned): PolicyStatement[] {
  return [
    {
      sid: 'SendMessages',
      actions: ['sqs:GetQueueAttributes', 'sqs:GetQueueUrl', 'sqs:SendMessage'],
      resources: [queueArn],
    },
    ...useKey(keyArn, 'send messages'),
  ];
}

/** What a consumer needs: to receive, to ask for more time, and to delete. */
export function consumeStatements({ queueArn, keyArn }: Owned): PolicyStatement[] {
  return [
    {
      sid: 'ConsumeMessages',
      actions: [
        'sqs:ChangeMessageVisibility',
        'sqs:DeleteMessage',
        'sqs:GetQueueAttributes',
        'sqs:GetQueueUrl',
        'sqs:ReceiveMessage',
      ],
      resources: [queueArn],
    },
    ...useKey(keyArn, 'receive messages'),
  ];
}
