import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { InjectOptions } from 'fastify';
import { buildApp } from '../../app/app.ts';
import { readSettings } from '../../app/config.ts';
import { createStepFunctionsClient } from '../../app/ingests/start.ts';
import type { App } from '../../app/instance.ts';
import { createRecords, type Records } from '../../app/records/store.ts';
import { environment } from '../../contract/environment.ts';
import { type JobKind, jobKinds } from '../../contract/job-kinds.ts';
import { createDynamoDBClient } from '../../data/dynamodb/client.ts';
import type { Item } from '../../data/dynamodb/errors.ts';
import { createS3Client } from '../../data/s3/client.ts';
import { startS3 } from '../../local/aws/s3.ts';
import { startStatesApi } from '../../local/aws/states-api.ts';
import { physicalName, tableEnvironment } from '../../local/aws/tables.ts';
import type { ScanPipeline } from '../../local/scans/pipeline.ts';
import { prepareScans, type ScansOverrides } from '../../local/scans/prepare.ts';
import { awsEnvironment, freshTables } from './emulator.ts';
import { apiKey, authorization, ingestEnvironment } from './service.ts';

// biome-ignore lint/suspicious/noExplicitAny: the tests say what they expect of an answer
export type Answer = any;

export interface Harness {
  readonly app: App;
  readonly pipeline: ScanPipeline;
  /** The scans' own, past the API, and those of launched jobs. */
  readonly records: Records<Item>;
  readonly jobs: Records<Item>;
  readonly shown: string[];
  readonly directory: string;
  call(
    method: 'GET' | 'POST',
    url: string,
    body?: object,
    status?: number,
    headers?: object,
  ): Promise<Answer>;
  /** Requests a scan. @returns its id. */
  request(repository_url: string, more?: object): Promise<string>;
  /** The scan when it has ended. */
  ended(id: string): Promise<Answer>;
  /** Like a kill and a new start of the runner: executions and jobs are gone, tables and bucket are not. */
  restart(overrides?: ScansOverrides): Promise<void>;
  stop(): Promise<void>;
}

const asStored = (item: Item) => item;

/** The registered kinds, with a quick job each that does what is said of it, and succeeds otherwise. */
export function quickKinds(
  acts: Readonly<Record<string, string>> = {},
  changes: Partial<JobKind> = {},
): JobKind[] {
  return jobKinds.map((kind) => ({
    ...kind,
    vcpu: 0.25,
    ...changes,
    command: ['node', 'test/local/scans/quick-job.ts', kind.name, acts[kind.name] ?? 'succeed'],
  }));
}

/** The laptop's scans and the service in this process, with tables and bucket of their own. */
export async function startHarness(overrides: ScansOverrides = {}): Promise<Harness> {
  const tables = await freshTables();
  const directory = mkdtempSync(join(tmpdir(), 'trellis-scans-'));
  const emulator = await startS3();
  const shown: string[] = [];
  const variables = {
    ...awsEnvironment,
    AWS_ENDPOINT_URL_DYNAMODB: tables.endpoint,
    ...tableEnvironment(tables.prefix),
  };
  const initial: ScansOverrides = { maxVcpus: 1, retryPause: 5, ...overrides };
  const access = { region: 'us-east-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' } };
  const client = createDynamoDBClient({ ...access, endpoint: tables.endpoint });
  const s3 = createS3Client({ ...access, endpoint: emulator.endpoint });

  const start = async (current: ScansOverrides) => {
    const local = await prepareScans({
      emulator,
      logs: join(directory, 'jobs'),
      variables,
      show: (line) => void shown.push(line),
      overrides: current,
    });
    const pipeline = await local.start();
    const states = await startStatesApi([pipeline.scans, pipeline.launches]);
    const settings = readSettings({
      ...ingestEnvironment,
      ...tableEnvironment(tables.prefix),
      ...local.serviceVariables,
      [environment.s3PublicEndpoint]: emulator.endpoint,
      [environment.apiKey]: apiKey,
    });
    const stepFunctions = createStepFunctionsClient({ ...access, endpoint: states.endpoint });
    const kinds = current.kinds ?? jobKinds;
    const app = await buildApp({ settings, client, s3, stepFunctions, kinds });
    return { local, pipeline, states, app };
  };
  const end = async ({ local, states, app }: Awaited<ReturnType<typeof start>>) => {
    await app.close();
    await states.stop();
    await local.stop();
  };
  let now = await start(initial);

  async function call(
    method: 'GET' | 'POST',
    url: string,
    body?: object,
    status?: number,
    headers: object = {},
  ) {
    const request: InjectOptions = { method, url, headers: { authorization, ...headers } };
    const answer = await now.app.inject(body === undefined ? request : { ...request, payload: body });
    if (status !== undefined) expect(answer.statusCode, answer.body).to.equal(status);
    return answer.json();
  }

  async function ended(id: string): Promise<Answer> {
    await now.pipeline.idle();
    return call('GET', `/api/v1/scans/${id}`, undefined, 200);
  }

  return {
    records: createRecords(client, physicalName(tables.prefix, 'scans'), asStored),
    jobs: createRecords(client, physicalName(tables.prefix, 'jobs'), asStored),
    shown,
    directory,
    get app() {
      return now.app;
    },
    get pipeline() {
      return now.pipeline;
    },
    call,
    request: async (repository_url, more = {}) =>
      (await call('POST', '/api/v1/scans', { repository_url, ...more }, 202)).id,
    ended,
    restart: async (changed = {}) => {
      await end(now);
      now = await start({ ...initial, ...changed });
    },
    stop: async () => {
      await end(now);
      await emulator.stop();
      client.destroy();
      s3.destroy();
      rmSync(directory, { recursive: true });
    },
  };
}
