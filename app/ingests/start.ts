import { SFNClient, type SFNClientConfig, StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { StoredObject } from '../../data/s3/client.ts';
import { errorsName } from '../../data/unavailable.ts';

/** Milliseconds until a connection, and until an answer. */
const connectionTimeout = 1000;
const requestTimeout = 3000;

/** Starts an execution for an object, with the input that an event of S3 would bring. */
export type StartIngest = (object: StoredObject) => Promise<void>;

export function createStepFunctionsClient(overrides: SFNClientConfig = {}): SFNClient {
  const client = new SFNClient({
    maxAttempts: 3,
    requestHandler: {
      connectionTimeout,
      requestTimeout,
      socketTimeout: requestTimeout,
      throwOnRequestTimeout: true,
    },
    ...overrides,
  });
  errorsName('the workflow service', client);
  return client;
}

export function createStartIngest(client: SFNClient, stateMachineArn: string, bucket: string): StartIngest {
  return async ({ key, version: etag, size }) => {
    const event = {
      source: 'trellis.retry',
      detail: { bucket: { name: bucket }, object: { key, size, etag } },
    };
    await client.send(new StartExecutionCommand({ stateMachineArn, input: JSON.stringify(event) }));
  };
}
