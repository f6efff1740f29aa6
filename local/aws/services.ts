import { type DynamoDBClient, GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import type { Batch } from './batch.ts';
import type { Service } from './executor.ts';
import type { S3Emulator } from './s3.ts';

export interface ServicesOptions {
  readonly client: DynamoDBClient;
  readonly queues: Pick<S3Emulator, 'sendMessage'>;
  readonly batch: Pick<Batch, 'submit'>;
  /** Called with each entry of `events:putEvents`. */
  readonly putEvent: (entry: BusEvent) => Promise<void>;
}

export interface BusEvent {
  readonly Source: string;
  readonly DetailType: string;
  readonly Detail: Readonly<Record<string, string | number>>;
}

/** The services that our state machines call, by resource. */
export function createServices({
  client,
  queues,
  batch,
  putEvent,
}: ServicesOptions): Record<string, Service> {
  return {
    ...tableServices(client),
    'arn:aws:states:::batch:submitJob.sync': (parameters) => batch.submit(parameters),
    'arn:aws:states:::sqs:sendMessage': named('SQS', async ({ QueueUrl, MessageBody }) => {
      const body = typeof MessageBody === 'string' ? MessageBody : JSON.stringify(MessageBody);
      queues.sendMessage(new URL(QueueUrl).pathname.split('/').at(-1) as string, body);
      return {};
    }),
    'arn:aws:states:::events:putEvents': named('EventBridge', async ({ Entries }) => {
      for (const entry of Entries) await putEvent(entry);
      return { FailedEntryCount: 0 };
    }),
  };
}

/** Those of DynamoDB alone. */
export function tableServices(client: DynamoDBClient): Record<string, Service> {
  return {
    'arn:aws:states:::dynamodb:getItem': named('DynamoDB', async (parameters) => {
      const { Item } = await client.send(new GetItemCommand(parameters));
      return Item ? { Item } : {};
    }),
    'arn:aws:states:::dynamodb:updateItem': named('DynamoDB', async (parameters) => {
      const { Attributes } = await client.send(new UpdateItemCommand(parameters));
      return Attributes ? { Attributes } : {};
    }),
  };
}

/** Puts the service's name before the names of its errors, as Step Functions does. */
function named(service: string, call: Service): Service {
  return async (parameters) => {
    try {
      return await call(parameters);
    } catch (error) {
      const { name, message } = error as Error;
      throw Object.assign(new Error(message), { name: `${service}.${name}` });
    }
  };
}
