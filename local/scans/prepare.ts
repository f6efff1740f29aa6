import { availableParallelism } from 'node:os';
import { environment } from '../../contract/environment.ts';
import { type JobKind, jobKinds } from '../../contract/job-kinds.ts';
import { tableVariable } from '../../contract/tables.ts';
import { createClients } from '../aws/clients.ts';
import { dummyCredentials } from '../aws/database.ts';
import type { WriteLimits } from '../aws/limits.ts';
import type { S3Emulator } from '../aws/s3.ts';
import { jobStateMachineArn, type ScanPipeline, scanStateMachineArn, startScanPipeline } from './pipeline.ts';

export interface ScansOptions {
  readonly emulator: S3Emulator;
  /** Directory of the jobs' output. */
  readonly logs: string;
  /** Region, credentials, the database's endpoint and the tables' names. */
  readonly variables: Readonly<Record<string, string>>;
  readonly show: (line: string) => void;
  /** For tests and drills. */
  readonly overrides?: ScansOverrides | undefined;
}

export interface ScansOverrides {
  readonly kinds?: readonly JobKind[];
  readonly maxVcpus?: number;
  readonly limits?: WriteLimits;
  readonly retryPause?: number;
  readonly notifyUrl?: string;
}

export interface LocalScans {
  /** What the service must be told. */
  readonly serviceVariables: Readonly<Record<string, string>>;
  /** Takes up what is unfinished and what is requested from now on; the tables must be there. */
  start(): Promise<ScanPipeline>;
  stop(): Promise<void>;
}

const bucket = 'trellis-local-scans';

/** Half of the machine, so that scans leave room for all else. */
const maxVcpus = Math.max(1, Math.min(Math.floor(availableParallelism() / 2), 4));

/** Ten megabytes of log are more than anybody reads; the disk holds two of the largest repositories. */
const writeLimits: WriteLimits = { output: 10 * 2 ** 20, disk: 2 ** 30 };

/** The bucket, the state machines and the job queue of the laptop's scans and launched jobs. */
export async function prepareScans(options: ScansOptions): Promise<LocalScans> {
  const { emulator, logs, variables, show, overrides = {} } = options;
  emulator.createBucket(bucket);
  const bucketVariables = { AWS_ENDPOINT_URL_S3: emulator.endpoint, [environment.scansBucket]: bucket };
  const rules = {
    [environment.scanFileUrls]: 'true',
    ...(process.env[environment.scanHosts]
      ? { [environment.scanHosts]: process.env[environment.scanHosts] }
      : {}),
  };
  const { client, s3 } = createClients(variables, emulator.endpoint);
  let pipeline: ScanPipeline | undefined;

  async function start(): Promise<ScanPipeline> {
    pipeline = await startScanPipeline({
      client,
      s3,
      emulator,
      bucket,
      scansTable: variables[tableVariable('scans')] as string,
      jobsTable: variables[tableVariable('jobs')] as string,
      kinds: overrides.kinds ?? jobKinds,
      // Jobs reach the emulated bucket alone, and read what strangers wrote: real credentials are not for them.
      variables: { ...variables, ...dummyCredentials, ...bucketVariables, ...rules } as Record<
        string,
        string
      >,
      maxVcpus: overrides.maxVcpus ?? maxVcpus,
      limits: overrides.limits ?? writeLimits,
      retryPause: overrides.retryPause,
      notifyUrl: overrides.notifyUrl ?? process.env.TRELLIS_NOTIFY_URL,
      logs,
      show,
    });
    return pipeline;
  }

  async function stop(): Promise<void> {
    await pipeline?.stop();
    client.destroy();
    s3.destroy();
  }

  const serviceVariables = {
    ...bucketVariables,
    ...rules,
    [environment.scanStateMachine]: scanStateMachineArn,
    [environment.jobStateMachine]: jobStateMachineArn,
  } as Record<string, string>;
  return { serviceVariables, start, stop };
}
