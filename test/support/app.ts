import { expect } from 'chai';
import type { InjectOptions, LightMyRequestResponse } from 'fastify';
import { pino } from 'pino';
import { buildApp, type Dependencies } from '../../app/app.ts';
import { readSettings, type Settings } from '../../app/config.ts';
import type { App } from '../../app/instance.ts';
import { environment } from '../../contract/environment.ts';
import { type DatabaseProxy, databaseProxy } from '../../local/aws/database-proxy.ts';
import { tableEnvironment } from '../../local/aws/tables.ts';
import { databaseClient } from './clients.ts';
import { emulator } from './emulator.ts';
import { apiKey, authorization, ingestEnvironment } from './service.ts';
import { freshTables, type TestTables } from './tables.ts';

export interface TestApp {
  readonly app: App;
  readonly tables: TestTables;
  /** A request with the API key, unless it brings its own `authorization` ('' for none). */
  call(request: InjectOptions): Promise<LightMyRequestResponse>;
  close(): Promise<void>;
}

export interface TestAppOptions extends Omit<Partial<Dependencies>, 'settings' | 'client'> {
  /** Those given, instead of tables of its own. */
  readonly tables?: TestTables;
  /** More of the environment from which the service reads its settings. */
  readonly variables?: Readonly<Record<string, string>>;
  readonly settings?: Partial<Settings>;
}

/** The app in this process. */
export async function testApp(options: TestAppOptions = {}): Promise<TestApp> {
  const { tables = await freshTables(), variables, settings, ...dependencies } = options;
  const read = readSettings({
    ...tableEnvironment(tables.prefix),
    ...ingestEnvironment,
    [environment.apiKey]: apiKey,
    ...variables,
  });
  const client = databaseClient(tables.endpoint);
  const app = await buildApp({ settings: { ...read, ...settings }, client, ...dependencies });
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

/** The app before tables of its own that it reaches through a proxy, which a test may disturb. */
export async function proxiedApp(
  options: Omit<TestAppOptions, 'tables'> = {},
): Promise<TestApp & { readonly proxy: DatabaseProxy }> {
  const { endpoint } = await emulator();
  const proxy = await databaseProxy(endpoint);
  const tables = { ...(await freshTables(endpoint)), endpoint: proxy.endpoint };
  const test = await testApp({ ...options, tables });
  const close = async () => {
    await test.close();
    await proxy.close();
  };
  return { ...test, proxy, close };
}

// biome-ignore lint/suspicious/noExplicitAny: the tests say what they expect of an answer
export type Answer = any;

/** A request with a body of JSON, whose answer must have `status` where one is given. @returns its JSON. */
export type Ask = (
  method: 'GET' | 'POST' | 'DELETE',
  url: string,
  body?: InjectOptions['payload'],
  status?: number,
  headers?: object,
) => Promise<Answer>;

/** @param get the app of the moment, since some tests restart theirs */
export function askOf(get: () => TestApp): Ask {
  return async (method, url, body, status, headers = {}) => {
    const answer = await get().call({
      method,
      url,
      headers: { ...headers },
      ...(body === undefined ? {} : { payload: body }),
    });
    if (status !== undefined) expect(answer.statusCode, answer.body).to.equal(status);
    return answer.json();
  };
}

/** A log of which `write` gets each line. */
export function logTo(write: (line: string) => void) {
  return pino({ level: 'debug', base: null }, { write });
}
