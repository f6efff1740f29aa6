import { realpathSync } from 'node:fs';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { runInput, fromItem as toRun } from '../../app/jobs/run.ts';
import { createRecords, type Records } from '../../app/records/store.ts';
import { executionInput, fromItem as toScan } from '../../app/scans/scan.ts';
import type { JobKind } from '../../contract/job-kinds.ts';
import { jobVariables, scanEvent } from '../../contract/scans.ts';
import { jobRunDefinition } from '../../workflows/job-run.ts';
import { scanDefinition } from '../../workflows/scan.ts';
import { type Batch, createBatch, type JobDefinition } from '../aws/batch.ts';
import {
  createExecutor,
  type End,
  type Execution,
  type Executor,
  type Json,
  type Service,
  stateMachineArn,
} from '../aws/executor.ts';
import type { WriteLimits } from '../aws/limits.ts';
import type { S3Emulator } from '../aws/s3.ts';
import { createServices } from '../aws/services.ts';
import { createAnnouncer } from './announce.ts';

export interface ScanPipelineOptions {
  readonly client: DynamoDBClient;
  readonly s3: S3Client;
  readonly emulator: S3Emulator;
  readonly bucket: string;
  readonly scansTable: string;
  readonly jobsTable: string;
  readonly kinds: readonly JobKind[];
  /** All that jobs are told of their surroundings, of which each gets what its kind names. */
  readonly variables: Readonly<Record<string, string>>;
  readonly maxVcpus: number;
  /** Directory of the jobs' output. */
  readonly logs: string;
  readonly limits: WriteLimits;
  readonly notifyUrl?: string | undefined;
  readonly show: (line: string) => void;
  /** Milliseconds before anything is tried again, instead of the definitions' pauses. */
  readonly retryPause?: number | undefined;
}

export interface ScanPipeline {
  readonly scans: Executor;
  readonly launches: Executor;
  readonly batch: Batch;
  /** Resolves when no execution runs. */
  idle(): Promise<void>;
  stop(): Promise<void>;
}

const names = { scans: 'trellis-scans', launches: 'trellis-jobs' } as const;
export const scanStateMachineArn = stateMachineArn(names.scans);
export const jobStateMachineArn = stateMachineArn(names.launches);

/** The variables by which the SDK finds the bucket, which every job gets. */
const sdkVariables = [
  'AWS_REGION',
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_ENDPOINT_URL_S3',
  'SCANS_BUCKET',
];

/** Node's permissions go by real paths, and node_modules may be a link to another checkout's. */
const mayReadPackages = `--allow-fs-read=${realpathSync(new URL('../../node_modules', import.meta.url))}`;

/**
 * Scans and launched jobs, by the state machines that run in AWS too. Executions live in this process alone, so
 * it begins with whatever the tables have unfinished.
 */
export async function startScanPipeline(options: ScanPipelineOptions): Promise<ScanPipeline> {
  const { client, bucket, kinds, scansTable, jobsTable, show, retryPause } = options;
  const batch = createBatch({
    definitions: Object.fromEntries(
      kinds.map((kind) => [definitionName(kind), jobDefinition(kind, options)]),
    ),
    maxVcpus: options.maxVcpus,
    logs: options.logs,
  });
  const services = servicesOf(options, batch);
  const jobs = kinds.map((kind) => ({ ...kind, kind: kind.name, definition: definitionName(kind) }));
  const common = { jobQueue: 'trellis-scans', jobs, bucket, variables: jobVariables };
  const executing = {
    services,
    ...(retryPause === undefined ? {} : { retryPause }),
  };
  // As the rule on the status events does in the cloud.
  const giveUp =
    (again: () => Executor) =>
    (execution: Execution, { status, path }: End) => {
      const { arn, input } = execution;
      if (status !== 'FAILED') return;
      show(`${arn} broke off at ${path.slice(-3).join(' → ')}`);
      if (input.source !== undefined) return;
      const detail = { status, executionArn: arn, input: JSON.stringify(input) };
      again().start({ source: 'aws.states', detail });
    };
  const scans: Executor = createExecutor({
    name: names.scans,
    ended: giveUp(() => scans),
    definition: scanDefinition({
      ...common,
      scansTable,
      eventBusName: 'default',
      event: scanEvent,
    }),
    ...executing,
  });
  const launches: Executor = createExecutor({
    name: names.launches,
    ended: giveUp(() => launches),
    definition: jobRunDefinition({ ...common, jobsTable }),
    ...executing,
  });

  async function idle(): Promise<void> {
    while (scans.running.size + launches.running.size > 0)
      await Promise.all([...scans.running, ...launches.running].map(({ ended }) => ended));
  }

  async function stop(): Promise<void> {
    scans.stop();
    launches.stop();
    await batch.stop();
  }

  async function takeUp<T>(records: Records<T>, executor: Executor, inputOf: (record: T) => object) {
    for (const { id } of await records.unfinished()) {
      try {
        const record = await records.read(id);
        if (record) executor.start(inputOf(record), id);
      } catch (error) {
        show(`${id} is left unfinished, since it cannot be started: ${(error as Error).message}`);
      }
    }
  }

  await takeUp(createRecords(client, scansTable, toScan), scans, executionInput);
  await takeUp(createRecords(client, jobsTable, toRun), launches, runInput);
  return { scans, launches, batch, idle, stop };
}

function servicesOf(options: ScanPipelineOptions, batch: Batch): Record<string, Service> {
  const { client, s3, emulator, notifyUrl, show } = options;
  const putEvent = createAnnouncer(notifyUrl, show);
  return {
    ...createServices({ client, queues: emulator, batch: { submit: describing(batch) }, putEvent }),
    'arn:aws:states:::aws-sdk:s3:getObject': async ({ Bucket, Key }) => {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key })).catch((error: Error) => {
        throw Object.assign(new Error(error.message), { name: `S3.${error.name}Exception` });
      });
      return { Body: await Body?.transformToString() };
    },
  };
}

/** Batch tells Step Functions of a failed job by a description of it. */
function describing(batch: Batch): Batch['submit'] {
  return (parameters: Json) =>
    batch.submit(parameters).catch((error: Error) => {
      const description = { JobName: parameters.JobName, Status: 'FAILED', StatusReason: error.message };
      throw Object.assign(new Error(JSON.stringify(description)), { name: error.name });
    });
}

function definitionName(kind: JobKind): string {
  return `trellis-${kind.name}`;
}

function jobDefinition(kind: JobKind, { variables, limits }: ScanPipelineOptions): JobDefinition {
  const given = [...sdkVariables, ...(kind.permissions.variables ?? [])];
  return {
    command: kind.command.flatMap((part) => (part === '--permission' ? [part, mayReadPackages] : [part])),
    environment: Object.fromEntries(
      given.flatMap((name) => (variables[name] === undefined ? [] : [[name, variables[name]]])),
    ),
    attempts: kind.attempts,
    limits,
  };
}
