import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { App } from '../../app/instance.ts';
import { createRecords, type Records } from '../../app/records/store.ts';
import { type JobKind, jobKinds } from '../../contract/job-kinds.ts';
import type { Item } from '../../data/dynamodb/errors.ts';
import { startS3 } from '../../local/aws/s3.ts';
import { physicalName } from '../../local/aws/tables.ts';
import type { ScanPipeline } from '../../local/scans/pipeline.ts';
import { prepareScans, type ScansOverrides } from '../../local/scans/prepare.ts';
import { type Answer, type Ask, askOf } from './app.ts';
import { databaseClient } from './clients.ts';
import { laptopService } from './laptop-service.ts';
import { databaseVariables, freshTables } from './tables.ts';

export interface LaptopScans {
  readonly app: App;
  readonly pipeline: ScanPipeline;
  /** The scans' own, past the API, and those of job runs. */
  readonly records: Records<Item>;
  readonly jobs: Records<Item>;
  readonly shown: string[];
  readonly directory: string;
  readonly call: Ask;
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
export async function startScans(overrides: ScansOverrides = {}): Promise<LaptopScans> {
  const tables = await freshTables();
  const directory = mkdtempSync(join(tmpdir(), 'trellis-scans-'));
  const emulator = await startS3();
  const shown: string[] = [];
  const initial: ScansOverrides = { maxVcpus: 1, retryPause: 5, ...overrides };
  const client = databaseClient(tables.endpoint);

  const start = async (current: ScansOverrides) => {
    const local = await prepareScans({
      emulator,
      logs: join(directory, 'jobs'),
      variables: databaseVariables(tables),
      show: (line) => void shown.push(line),
      overrides: current,
    });
    const pipeline = await local.start();
    const service = await laptopService({
      tables,
      executors: [pipeline.scans, pipeline.jobRuns],
      bucketEndpoint: emulator.endpoint,
      variables: local.serviceVariables,
      kinds: current.kinds ?? jobKinds,
    });
    return { local, pipeline, service };
  };
  const end = async ({ local, service }: Awaited<ReturnType<typeof start>>) => {
    await service.close();
    await local.stop();
  };
  let now = await start(initial);

  const call = askOf(() => now.service);

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
      return now.service.app;
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
      rmSync(directory, { recursive: true });
    },
  };
}
