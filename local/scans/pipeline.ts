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
  /** Environment variables for jobs. Each job gets those that its kind lists. */
  readonly variables: Readonly<Record<string, string>>;
  readonly maxVcpus: number;
  /** Directory for the jobs' output. */
  readonly logs: string;
  readonly limits: WriteLimits;
  readonly notifyUrl?: string | undefined;
  readonly show: (line: string) => void;
  /** Milliseconds before every retry, in place of the definitions' pauses. */
  readonly retryPause?: number | undefined;
}

export interface ScanPipeline {
  readonly scans: Executor;
  readonly jobRuns: Executor;
  readonly batch: Batch;
  /** Resolves when no execution runs. */
  idle(): Promise<void>;
  stop(): Promise<void>;
}

const names = { scans: 'trellis-scans', jobRuns: 'trellis-jobs' } as const;
export const scanStateMachineArn = stateMachineArn(names.scans);
export const jobStateMachineArn = stateMachineArn(names.jobRuns);

/** The variables that every job gets: by them the SDK finds the bucket. */
const sdkVariables = [
  'AWS_REGION',
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_ENDPOINT_URL_S3',
  'SCANS_BUCKET',
];

/** Node's permissions are checked against real paths, and `node_modules` may be a link into another checkout. */
const mayReadPackages = `--allow-fs-read=${realpathSync(new URL('../../node_modules', import.meta.url))}`;

/**
 * Executes scans and job runs, by the state machines that run in AWS too. Executions live in this process only, so it
 * begins with the records that the tables have as unfinished.
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
  const common = {
    jobQueue: 'trellis-scans',
    onDemandQueue: 'trellis-scans-on-demand',
    jobs,
    bucket,
    variables: jobVariables,
  };
  const executing = {
    services,
    ...(retryPause === undefined ? {} : { retryPause }),
  };
  // In the cloud a rule on status events does this: a failed execution is followed by one that closes its record.
  const giveUp =
    (again: () => Executor) =>
    (execution: Execution, { status, path }: End) => {
      const { arn, input } = execution;
      if (status !== 'FAILED') return;
      show(`the execution ${arn} failed unexpectedly, after ${path.slice(-3).join(' → ')}`);
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
  const jobRuns: Executor = createExecutor({
    name: names.jobRuns,
    ended: giveUp(() => jobRuns),
    definition: jobRunDefinition({ ...common, jobsTable }),
    ...executing,
  });

  async function idle(): Promise<void> {
    while (scans.running.size + jobRuns.running.size > 0)
      await Promise.all([...scans.running, ...jobRuns.running].map(({ ended }) => ended));
  }

  async function stop(): Promise<void> {
    await Promise.all([scans.stop(), jobRuns.stop(), batch.stop()]);
  }

  async function startUnfinished<T>(records: Records<T>, executor: Executor, inputOf: (record: T) => object) {
    for (const { id } of await records.unfinished()) {
      try {
        const record = await records.read(id);
        if (record) executor.start(inputOf(record), id);
      } catch (error) {
        show(`the scan or job ${id} cannot be started and stays unfinished: ${(error as Error).message}`);
      }
    }
  }

  await startUnfinished(createRecords(client, scansTable, toScan), scans, executionInput);
  await startUnfinished(createRecords(client, jobsTable, toRun), jobRuns, runInput);
  return { scans, jobRuns, batch, idle, stop };
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

/** Makes a failed job's error the JSON description of the job, as Batch reports it to Step Functions. */
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
    infrastructureRetries: kind.infrastructureRetries,
    limits,
  };
}
