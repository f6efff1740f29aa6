import type { S3Client } from '@aws-sdk/client-s3';
import type { SFNClient } from '@aws-sdk/client-sfn';
import type { FastifyBaseLogger, InjectOptions, LightMyRequestResponse } from 'fastify';
import { pino } from 'pino';
import { buildApp } from '../../app/app.ts';
import { readSettings, type Settings } from '../../app/config.ts';
import type { App } from '../../app/instance.ts';
import { environment } from '../../contract/environment.ts';
import { createDynamoDBClient } from '../../data/dynamodb/client.ts';
import { tableEnvironment } from '../../local/aws/tables.ts';
import { awsEnvironment, freshTables, type TestTables } from './emulator.ts';
import { apiKey, authorization, ingestEnvironment } from './service.ts';

export interface TestApp {
  readonly app: App;
  readonly tables: TestTables;
  /** A request with the API key, unless it brings its own `authorization` ('' for none). */
  call(request: InjectOptions): Promise<LightMyRequestResponse>;
  close(): Promise<void>;
}

/** The app in this process, on tables of its own or on those given. */
export async function testApp(
  options: {
    settings?: Partial<Settings>;
    tables?: TestTables;
    logger?: FastifyBaseLogger;
    s3?: S3Client;
    stepFunctions?: SFNClient;
  } = {},
): Promise<TestApp> {
  const tables = options.tables ?? (await freshTables());
  const settings = {
    ...readSettings({
      ...tableEnvironment(tables.prefix),
      ...ingestEnvironment,
      [environment.apiKey]: apiKey,
    }),
    ...options.settings,
  };
  const client = createDynamoDBClient({
    endpoint: tables.endpoint,
    region: awsEnvironment.AWS_REGION,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  const app = await buildApp({
    settings,
    client,
    ...(options.s3 ? { s3: options.s3 } : {}),
    ...(options.stepFunctions ? { stepFunctions: options.stepFunctions } : {}),
    ...(options.logger ? { logger: options.logger } : {}),
  });
  await app.ready();

  async function call(request: InjectOptions): Promise<LightMyRequestResponse> {
    const headers: NonNullable<InjectOptions['headers']> = { authorization, ...request.headers };
    if (headers.authorization === '') delete headers.authorization;
    return app.inject({ ...request, headers });
  }

  async function close(): Promise<void> {
    await app.close();
    client.destroy();
  }
  return { app, tables, call, close };
}

/** A log of which `write` gets each line. */
export function logTo(write: (line: string) => void): FastifyBaseLogger {
  return pino({ level: 'debug', base: null }, { write });
}
