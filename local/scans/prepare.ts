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
  /** Directory for the jobs' output. */
  readonly logs: string;
  /** Region, credentials, the database's endpoint and the tables' names. */
  readonly variables: Readonly<Record<string, string>>;
  readonly show: (line: string) => void;
  /** Settings of tests and drills. */
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
  /** Environment variables of the service. */
  readonly serviceVariables: Readonly<Record<string, string>>;
  /** Executes unfinished scans and job runs, and those requested from now on. The tables must exist. */
  start(): Promise<ScanPipeline>;
  stop(): Promise<void>;
}

const bucket = 'trellis-local-scans';

/** Half of the machine's CPUs, so that scans leave the others to the service and the developer. */
const maxVcpus = Math.max(1, Math.min(Math.floor(availableParallelism() / 2), 4));

/** The output is a log for people, for whom 10 MiB are plenty; the disk holds two of the largest repositories. */
const writeLimits: WriteLimits = { output: 10 * 2 ** 20, disk: 2 ** 30 };

/** The laptop's scans and job runs. Their bucket exists at once; state machines and job queue exist from `start` on. */
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
      // Jobs read repositories of strangers and need the emulated bucket only, so they must not get real credentials.
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
