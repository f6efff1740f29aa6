import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  SetQueueAttributesCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';

export interface QueueSettings {
  readonly name: string;
  readonly visibilityTimeoutSeconds: number;
  /** Where messages go that could not be processed, and after how many receipts; undefined for a dead-letter queue itself. */
  readonly redrive: { readonly to: string; readonly maxReceives: number } | undefined;
}

/** Makes a queue, or gives the one that exists these settings; its dead-letter queue likewise. @returns its URL */
export async function makeQueue(sqs: SQSClient, settings: QueueSettings): Promise<string> {
  const { name, visibilityTimeoutSeconds, redrive } = settings;
  const url = await urlOf(sqs, name);
  const attributes: Record<string, string> = { VisibilityTimeout: String(visibilityTimeoutSeconds) };
  if (redrive !== undefined) {
    const { Attributes = {} } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: await urlOf(sqs, redrive.to), AttributeNames: ['QueueArn'] }),
    );
    const policy = { deadLetterTargetArn: Attributes.QueueArn, maxReceiveCount: redrive.maxReceives };
    attributes.RedrivePolicy = JSON.stringify(policy);
  }
  await sqs.send(new SetQueueAttributesCommand({ QueueUrl: url, Attributes: attributes }));
  return url;
}

/** Makes the queue unless it exists. */
async function urlOf(sqs: SQSClient, QueueName: string): Promise<string> {
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName }));
  return QueueUrl as string;
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
