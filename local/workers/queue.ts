import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  SetQueueAttributesCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';

export interface QueueSettings {
  readonly name: string;
  readonly visibilityTimeoutSeconds: number;
  readonly maxReceives: number;
}

export interface LocalQueue {
  readonly url: string;
  readonly deadLettersUrl: string;
}

/** Makes a queue and its dead-letter queue as the component `Queue` does, or gives those that exist these settings. */
export async function makeQueue(
  sqs: SQSClient,
  { name, visibilityTimeoutSeconds, maxReceives }: QueueSettings,
): Promise<LocalQueue> {
  const create = async (QueueName: string) =>
    (await sqs.send(new CreateQueueCommand({ QueueName }))).QueueUrl as string;
  const deadLettersUrl = await create(`${name}-dead-letters`);
  const url = await create(name);
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: deadLettersUrl, AttributeNames: ['QueueArn'] }),
  );
  await sqs.send(
    new SetQueueAttributesCommand({
      QueueUrl: url,
      Attributes: {
        VisibilityTimeout: String(visibilityTimeoutSeconds),
        RedrivePolicy: JSON.stringify({
          deadLetterTargetArn: Attributes.QueueArn,
          maxReceiveCount: maxReceives,
        }),
      },
    }),
  );
  return { url, deadLettersUrl };
}

export interface MessageCounts {
  readonly visible: number;
  readonly inFlight: number;
}

export async function countMessages(sqs: SQSClient, QueueUrl: string): Promise<MessageCounts> {
  const names = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...names] }),
  );
  return { visible: Number(Attributes[names[0]]), inFlight: Number(Attributes[names[1]]) };
}
