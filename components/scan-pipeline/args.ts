import type * as pulumi from '@pulumi/pulumi';
import type { FargateImageArgs, FargatePlacementArgs } from '../fargate-task/index.ts';

/** Scans of repositories, and job runs: two state machines over kinds of jobs, each kind with a role. */
export interface ScanPipelineArgs {
  /** The scans' table and the job runs' table; the partition key of both is `id`. */
  scansTableName: pulumi.Input<string>;
  scansTableArn: pulumi.Input<string>;
  jobsTableName: pulumi.Input<string>;
  jobsTableArn: pulumi.Input<string>;

  /** Kinds of jobs: one `fetch`, at least one `scanner`, one `summary`, and any without a part. */
  kinds: ScanJobKindArgs[];
  /** Names of the environment variables that tell a job its output prefix, its arguments (JSON) and the bucket. */
  variables: ScanVariablesArgs;
  /** Environment of the jobs; each kind gets the variables that it names. Put nothing secret here. @default none */
  environment?: { [name: string]: pulumi.Input<string> };
  /** Source and detail type of the event that is published at the end of a scan. */
  event: ScanEventArgs;

  /** The state machine of a scan, in the Amazon States Language. It has the permissions of our own definition,
   * and refers to its resources by placeholders: `${scansTable}`, `${jobQueue}`, `${bucket}`, `${eventBusName}` and, for the definition of each kind of
   * job, `${job.<name>}`; with `onDemandFallback` `${onDemandQueue}`. @default workflows/scan.ts */
  scanDefinition?: pulumi.Input<string>;
  /** Likewise that of a job run, with `${jobsTable}` in place of `${scansTable}`. @default workflows/job-run.ts */
  launchDefinition?: pulumi.Input<string>;

  /** Where the jobs run, and where they may connect to: what a `Network` offers as `jobPlacement`. */
  placement: FargatePlacementArgs;
  /** Whether the fetch job alone gets a public address. The other jobs read strangers' code, and need no internet where
   * the VPC has endpoints. @default `assignPublicIp` of `placement`, for all jobs */
  fetchPublicIp?: boolean;
  /** Image of all jobs: what a `ContainerImage` offers as `reference`. */
  image: FargateImageArgs;
  /** Most vCPUs that run at once. Scans have their own compute environment, so that they do not delay other jobs; a new
   * account has 6 vCPUs of Fargate Spot in a region for all of them.
   * @default that of `JobQueue` */
  maxVcpus?: number;
  /** @default true: a scan that is interrupted costs minutes, and Spot a third */
  spot?: boolean;
  /** A job that has found no capacity on Spot within 15 minutes, or was interrupted to the end, runs on demand, at three
   * times the price; `maxVcpus` holds for each of the two. @default that of `spot` */
  onDemandFallback?: boolean;
  /** Most scanners of one scan that run at once, 1–40. @default 4 */
  concurrency?: number;

  /** Days until sources and results are deleted, 1–36500. @default 90 */
  expireDays?: number;
  /** Let `destroy` delete the bucket with all that is in it. @default false */
  forceDestroy?: boolean;
  /** Days that logs are kept. @default 30 */
  logRetentionDays?: number;
  /** Customer key of bucket, queue and logs, that of a `CustomerKey` or another that admits the same services.
   * @default AWS's own keys, which are free */
  keyArn?: pulumi.Input<string>;
  /** X-Ray traces of the executions. @default false */
  tracing?: boolean;
  /** Receivers that are notified of the end of each scan. @default none */
  announcements?: ScanAnnouncementArgs[];
  /** ARNs of the SNS topics that the alarms notify. @default none, and no alarms, which would cost 0.80 USD a month */
  alarmActionArns?: pulumi.Input<string>[];
  tags?: { [name: string]: pulumi.Input<string> };
}

/** A kind of job. Batch takes no time limit below 60 s; the job's command enforces a shorter one. */
export interface ScanJobKindArgs {
  name: string;
  /** `fetch`, `scanner` or `summary`; none for a kind that no scan has. */
  part?: string;
  command: string[];
  vcpu: number;
  memoryMiB: number;
  timeoutSeconds: number;
  /** Most times that Batch starts the job, the first included; see `JobQueue`. */
  attempts: number;
  /** Patterns of the keys in the bucket that it may read. */
  reads: string[];
  /** Patterns of the keys in the bucket that it may write. */
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

/** A receiver of scans' ends: an API destination of EventBridge. */
export interface ScanAnnouncementArgs {
  /** Names the resources (`<pipeline>-<name>`). */
  name: string;
  /** `https://…`; each `*` in its path is filled by one of `pathParameters`. */
  url: string;
  /** JSON paths into the event. @default none */
  pathParameters?: string[];
  /** Header that carries the token. @default Authorization */
  header?: string;
  /** The header's whole value, such as `Bearer …`; EventBridge keeps it in Secrets Manager. */
  token: pulumi.Input<string>;
  /** Only scans of repositories on this host, with a commit. @default all */
  host?: string;
  /** Input transformer: JSON paths by name, and the body with `<name>` in it. */
  paths: { [name: string]: string };
  template: string;
}
