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
  /** Where the bucket keeps its objects and the queue its messages; without it they go with the process. */
  readonly directory?: string;
  /** Directory of the jobs' output. */
  readonly logs: string;
  /** The laptop's one address, under which uploaders reach the bucket as `/_s3`. */
  readonly url: string;
  /** Region, credentials, the database's endpoint and the tables' names. */
  readonly variables: Readonly<Record<string, string>>;
  readonly show: (line: string) => void;
  /** For tests and drills. */
  readonly overrides?: IngestOverrides;
}

export interface IngestOverrides {
  readonly maxVcpus?: number;
  readonly command?: JobDefinition['command'];
  /** More of the environment for the jobs. */
  readonly jobVariables?: Readonly<Record<string, string>>;
  readonly retryPause?: number;
  readonly deliveries?: () => number;
  readonly notifyUrl?: string;
}

export interface LocalIngest {
  readonly emulator: S3Emulator;
  /** What the service must be told. */
  readonly serviceVariables: Readonly<Record<string, string>>;
  /** Takes up what is unfinished and what arrives from now on; the tables must be there. */
  start(): Promise<Pipeline>;
  stop(): Promise<void>;
}

const bucket = 'trellis-local-ingest';

/** Every vCPU of a small job stands for four processes of some 100 MB each, so large machines are not used up. */
const maxVcpus = Math.min(availableParallelism(), 4);

/** The bucket, the state machine and the job queue of the laptop. The bucket is there at once, the rest upon `start`. */
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
      job: { command, environment: { ...variables, ...bucketVariables, ...jobVariables }, attempts: 5 },
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
