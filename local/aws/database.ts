import { join } from 'node:path';
import type { DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { createDynamoDBClient } from '../../data/dynamodb/client.ts';
import type { State } from '../state.ts';
import { type DynamoDBEmulator, startDynamoDB } from './dynamodb.ts';
import { createTables } from './tables.ts';

export interface Database {
  /** Undefined when `AWS_ENDPOINT_URL_DYNAMODB` names a database that runs already. */
  readonly emulator?: DynamoDBEmulator;
  /** Region, credentials and endpoint, for the service and for jobs that work on tables. */
  readonly variables: Readonly<Record<string, string>>;
}

/** Emulators accept every signature, so they get these: real credentials of the host must not reach them. */
export const dummyCredentials = { AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' };
const defaults = { AWS_REGION: 'us-east-1', ...dummyCredentials };

/** Variables by which the SDK finds credentials itself. */
const credentialSources = [
  'AWS_ACCESS_KEY_ID',
  'AWS_PROFILE',
  'AWS_WEB_IDENTITY_TOKEN_FILE',
  'AWS_CONTAINER_CREDENTIALS_FULL_URI',
  'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
];

/** Starts the emulator, unless `AWS_ENDPOINT_URL_DYNAMODB` names a database that runs already. */
export async function startDatabase(state: State, signal?: AbortSignal): Promise<Database> {
  const endpoint = process.env.AWS_ENDPOINT_URL_DYNAMODB;
  if (endpoint) return { variables: variablesOf(process.env) };
  const emulator = await startDynamoDB({
    file: join(state.data, 'dynamodb.sqlite'),
    ...(signal ? { signal } : {}),
  });
  return { emulator, variables: { ...defaults, AWS_ENDPOINT_URL_DYNAMODB: emulator.endpoint } };
}

/** The host's AWS variables, a session token included, completed by dummy credentials when it has none. */
export function variablesOf(environment: NodeJS.ProcessEnv): Record<string, string> {
  const own = Object.entries(environment).filter(([name, value]) => name.startsWith('AWS_') && value);
  const hasCredentials = credentialSources.some((name) => environment[name]);
  return {
    ...(hasCredentials ? { AWS_REGION: defaults.AWS_REGION } : defaults),
    ...(Object.fromEntries(own) as Record<string, string>),
  };
}

/** Region and credentials for a client of this process, from the variables that other processes get as environment. */
export function accessOf(
  variables: Readonly<Record<string, string>>,
): Pick<DynamoDBClientConfig, 'region' | 'credentials'> {
  const { AWS_REGION: region, AWS_ACCESS_KEY_ID: accessKeyId, AWS_SESSION_TOKEN: sessionToken } = variables;
  // Without keys there is a profile or a role, which the SDK finds and refreshes itself.
  if (!region || !accessKeyId) return { ...(region ? { region } : {}) };
  const secretAccessKey = variables.AWS_SECRET_ACCESS_KEY ?? '';
  return { region, credentials: { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) } };
}

/** Creates the tables that are missing. */
export async function makeTables(variables: Readonly<Record<string, string>>, prefix: string): Promise<void> {
  const endpoint = variables.AWS_ENDPOINT_URL_DYNAMODB as string;
  const client = createDynamoDBClient({ ...accessOf(variables), endpoint });
  await createTables(client, prefix);
  client.destroy();
}
