import type * as pulumi from '@pulumi/pulumi';
import type { FargateImageArgs, FargatePlacementArgs } from '../fargate-task/index.ts';

/** Scans of repositories, and launched jobs: state machines over kinds of jobs that have a role each. */
export interface ScanPipelineArgs {
  /** The scans' table and the launched jobs' table, whose partition key is `id`. */
  scansTableName: pulumi.Input<string>;
  scansTableArn: pulumi.Input<string>;
  jobsTableName: pulumi.Input<string>;
  jobsTableArn: pulumi.Input<string>;

  /** Kinds of jobs: one `fetch`, at least one `scanner`, one `summary`, and any without a part. */
  kinds: ScanJobKindArgs[];
  /** Names of the environment variables that tell a job its output prefix, its arguments (JSON) and the bucket. */
  variables: ScanVariablesArgs;
  /** Environment of the jobs, of which each kind gets what it names. Nothing secret here. @default none */
  environment?: { [name: string]: pulumi.Input<string> };
  /** Source and detail type of the events that announce the end of a scan. */
  event: ScanEventArgs;

  /** The state machine of a scan, in the Amazon States Language. It may use what ours uses, and finds the names of it by
   * placeholders: `${scansTable}`, `${jobQueue}`, `${bucket}`, `${eventBusName}` and, for the definition of each kind of
   * job, `${job.<name>}`. @default workflows/scan.ts */
  scanDefinition?: pulumi.Input<string>;
  /** Likewise that of a job run, with `${jobsTable}` in place of `${scansTable}`. @default workflows/job-run.ts */
  launchDefinition?: pulumi.Input<string>;

  /** Where the jobs run, and where they may connect to: what a `Network` offers as `placement`. */
  placement: FargatePlacementArgs;
  /** A public address for the fetch job alone, where the others reach in the VPC what they need: scanners read strangers'
   * code. @default that of `placement` */
  fetchPublicIp?: boolean;
  /** Of all jobs: what a `ContainerImage` offers as `reference`. */
  image: FargateImageArgs;
  /** Most vCPUs that run at once; a compute environment of their own keeps scans from starving all else.
   * @default that of `JobQueue` */
  maxVcpus?: number;
  /** @default true: a scan that is interrupted costs minutes, and Spot a third */
  spot?: boolean;
  /** Scanners of one scan that run at once, 1–40. @default 4 */
  concurrency?: number;

  /** Days until sources and results are deleted, 1–36500. @default 90 */
  expireDays?: number;
  /** Let `destroy` delete the bucket with all that is in it. @default false */
  forceDestroy?: boolean;
  /** Days that logs are kept. @default 30 */
  logRetentionDays?: number;
  /** X-Ray traces of the executions. @default false */
  tracing?: boolean;
  /** Who hears of the end of each scan. @default nobody */
  announcements?: ScanAnnouncementArgs[];
  tags?: { [name: string]: pulumi.Input<string> };
}

/** A kind of job. Batch keeps no time below 60 s; shorter ones are kept by the command. */
export interface ScanJobKindArgs {
  name: string;
  /** `fetch`, `scanner` or `summary`; none for a kind that no scan has. */
  part?: string;
  command: string[];
  vcpu: number;
  memoryMiB: number;
  timeoutSeconds: number;
  attempts: number;
  /** Patterns of keys in the bucket. */
  reads: string[];
  writes: string[];
  /** Names of `environment` that it gets. @default none */
  variables?: string[];
}

export interface ScanVariablesArgs {
  output: string;
  arguments: string;
  bucket: string;
}

export interface ScanEventArgs {
  source: string;
  detailType: string;
}

/** An API destination. */
export interface ScanAnnouncementArgs {
  /** Names the resources (`<pipeline>-<name>`). */
  name: string;
  /** `https://…`; each `*` in its path is filled by one of `pathParameters`. */
  url: string;
  /** JSON paths into the event. @default none */
  pathParameters?: string[];
  /** Header that carries the token. @default Authorization */
  header?: string;
  /** All that the header says, `Bearer …` say; EventBridge keeps it. */
  token: pulumi.Input<string>;
  /** Only scans of repositories on this host, with a commit. @default all */
  host?: string;
  /** Input transformer: JSON paths by name, and the body with `<name>` in it. */
  paths: { [name: string]: string };
  template: string;
}
