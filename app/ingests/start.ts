import { SFNClient, type SFNClientConfig, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { retractionSource } from '../../contract/ingest.ts';
import type { Ingest } from '../../data/ledger/ingest.ts';
import type { StoredObject } from '../../data/s3/client.ts';
import { errorsName } from '../../data/unavailable.ts';
import { createStart } from '../records/start.ts';

/** Milliseconds until a connection, and until an answer. */
const connectionTimeout = 1000;
const requestTimeout = 3000;

/** Starts executions of the ingest's state machine. */
export interface StartIngest {
  /** With the input that an event of S3 would bring. */
  file(object: StoredObject): Promise<void>;
  /** Of a file that waits for its retraction. Starting it again changes nothing. */
  retraction(ingest: Ingest): Promise<void>;
}

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
  return {
    file: async ({ key, version: etag, size }) => {
      const event = {
        source: 'trellis.retry',
        detail: { bucket: { name: bucket }, object: { key, size, etag } },
      };
      await client.send(new StartExecutionCommand({ stateMachineArn, input: JSON.stringify(event) }));
    },
    retraction: createStart(client, stateMachineArn, retractionInput, retractionName),
  };
}

/** The input of a retraction's execution: the same for a request, however often it is started. */
export function retractionInput({ id, key, size, version = '', retraction_requested_at }: Ingest): object {
  const object = { key, size, etag: version };
  return {
    source: retractionSource,
    detail: { ingest_id: id, requested_at: retraction_requested_at, object },
  };
}

/** A name that no other request has: Step Functions takes 80 characters, and an id has up to 64. */
export function retractionName({ id, retraction_requested_at = '' }: Ingest): string {
  return `retract-${id.slice(0, 60)}-${Date.parse(retraction_requested_at).toString(36)}`;
}
