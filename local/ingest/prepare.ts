import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { environment } from '../../contract/environment.ts';
import { ingestCommand } from '../../contract/ingest.ts';
import { tableVariable } from '../../contract/tables.ts';
import type { JobDefinition } from '../aws/batch.ts';
import { createClients } from '../aws/clients.ts';
import { type S3Emulator, startS3 } from '../aws/s3.ts';
import { ingestStateMachineArn, type Pipeline, startPipeline } from './pipeline.ts';

export interface IngestOptions {
  /** Directory for the bucket's objects and the queue's messages; without one they are gone when the process ends. */
  readonly directory?: string;
  /** Directory for the jobs' output. */
  readonly logs: string;
  /** The laptop's one address. Uploaders reach the bucket below it, under `/_s3`. */
  readonly url: string;
  /** Region, credentials, the database's endpoint and the tables' names. */
  readonly variables: Readonly<Record<string, string>>;
  readonly show: (line: string) => void;
  /** Settings of tests and drills. */
  readonly overrides?: IngestOverrides;
}

export interface IngestOverrides {
  readonly maxVcpus?: number;
  readonly command?: JobDefinition['command'];
  /** Further environment variables of the jobs. */
  readonly jobVariables?: Readonly<Record<string, string>>;
  readonly retryPause?: number;
  readonly deliveries?: () => number;
  readonly notifyUrl?: string;
}

export interface LocalIngest {
  readonly emulator: S3Emulator;
  /** Environment variables of the service. */
  readonly serviceVariables: Readonly<Record<string, string>>;
  /** Ingests unfinished files and files that arrive from now on. The tables must exist. */
  start(): Promise<Pipeline>;
  stop(): Promise<void>;
}

const bucket = 'trellis-local-ingest';

/** The limit of 4 bounds the memory: there are up to four small jobs per vCPU, of some 100 MB each. */
const maxVcpus = Math.min(availableParallelism(), 4);

/** The laptop's ingest. Its bucket exists at once; its state machine and job queue exist from `start` on. */
export async function prepareIngest(options: IngestOptions): Promise<LocalIngest> {
  const { directory, logs, url, variables, show, overrides = {} } = options;
  const emulator = await startS3(directory ? { directory: join(directory, 's3') } : {});
  emulator.createBucket(bucket);
  const bucketVariables = { AWS_ENDPOINT_URL_S3: emulator.endpoint, [environment.ingestBucket]: bucket };
  const { client, s3 } = createClients(variables, emulator.endpoint);
  let pipeline: Pipeline | undefined;

  async function start(): Promise<Pipeline> {
    const { command = ingestCommand, jobVariables = {} } = overrides;
    pipeline = await startPipeline({
      client,
      s3,
      emulator,
      bucket,
      ledgerTable: variables[tableVariable('ingests')] as string,
      job: {
        command,
        environment: { ...variables, ...bucketVariables, ...jobVariables },
        infrastructureRetries: 4,
      },
      maxVcpus,
      logs,
      notifyUrl: process.env.TRELLIS_NOTIFY_URL,
      show,
      ...overrides,
    });
    return pipeline;
  }

  async function stop(): Promise<void> {
    await pipeline?.stop();
    await emulator.stop();
    client.destroy();
    s3.destroy();
  }

  const serviceVariables = {
    ...bucketVariables,
    [environment.s3PublicEndpoint]: `${url}/_s3`,
    [environment.ingestStateMachine]: ingestStateMachineArn,
  };
  return { emulator, serviceVariables, start, stop };
}
