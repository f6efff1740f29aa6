import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { readSettings, type Settings } from '../app/config.ts';
import { environment } from '../contract/environment.ts';
import { createDynamoDBClient } from '../data/dynamodb/client.ts';
import { tableEnvironment } from '../local/aws/tables.ts';

const local = { region: 'us-east-1', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };

/** @param tryTimeout milliseconds; a longer one for what only prepares the measurement */
export function benchClient(endpoint: string, tryTimeout?: number): DynamoDBClient {
  return createDynamoDBClient({ ...local, endpoint }, tryTimeout);
}

/** The SDK's client with its defaults. */
export function defaultClient(endpoint: string): DynamoDBClient {
  return new DynamoDBClient({ ...local, endpoint });
}

/** The service's settings on tables with this prefix. Buckets and state machines that no benchmark uses have a made-up
 * name. */
export function benchSettings(prefix: string): Settings {
  const untouched = [
    environment.ingestBucket,
    environment.mediaBucket,
    environment.scansBucket,
    environment.ingestStateMachine,
    environment.scanStateMachine,
    environment.jobStateMachine,
  ];
  return readSettings({
    ...Object.fromEntries(untouched.map((name) => [name, 'none'])),
    ...tableEnvironment(prefix),
    [environment.apiKey]: 'bench',
    [environment.trustedProxies]: '127.0.0.1',
  });
}
