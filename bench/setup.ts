import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { readSettings, type Settings } from '../app/config.ts';
import { createDynamoDBClient } from '../app/dynamodb/client.ts';
import { tableEnvironment } from '../local/tables.ts';

const local = { region: 'us-east-1', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };

export function benchClient(endpoint: string): DynamoDBClient {
  return createDynamoDBClient({ ...local, endpoint });
}

/** The SDK as it comes. */
export function defaultClient(endpoint: string): DynamoDBClient {
  return new DynamoDBClient({ ...local, endpoint });
}

export function benchSettings(prefix: string): Settings {
  return readSettings({
    ...tableEnvironment(prefix),
    TRELLIS_API_KEY: 'bench',
    INGEST_BUCKET: 'none',
    MEDIA_BUCKET: 'none',
    INGEST_STATE_MACHINE: 'none',
    TRUSTED_PROXIES: '127.0.0.1',
  });
}
