import type * as pulumi from '@pulumi/pulumi';
import type {
  FargateImageArgs,
  FargatePermissionArgs,
  FargatePlacementArgs,
  FargateSizeArgs,
} from '../fargate-task/index.ts';

/** A queue of container jobs on Fargate, and the kinds of jobs that it takes. */
export interface JobQueueArgs {
  /** Where the jobs run, and where they may connect to: what a `Network` offers as `jobPlacement`. */
  placement: FargatePlacementArgs;
  /** Of all jobs: what a `ContainerImage` offers as `reference`. */
  image: FargateImageArgs;

  /** Kinds of jobs, at least one. */
  jobs: JobQueueJobArgs[];
  /** Most vCPUs that run at once, 1–10000; further jobs wait. It bounds the bill, and the load on what the jobs use.
   * Can be changed at any time. A new account has 6 vCPUs of Fargate in a region, on demand and on Spot each, for all its
   * services and jobs: what jobs take can be missing for a release. @default 4 */
  maxVcpus?: number;
  /** Fargate Spot: about a third of the price; a job that AWS interrupts, at two minutes' notice, starts again (see
   * `attempts`). @default false */
  spot?: boolean;
  /** With `spot`: a second queue of the same jobs on demand, of `maxVcpus` too, for jobs that found no capacity on Spot.
   * Batch moves no job by itself: what submits the jobs submits a job there that was cancelled for lack of capacity, as
   * `ScanPipeline` does. Costs nothing while no job runs. @default false */
  onDemandFallback?: boolean;
  /** Seconds after which a job is cancelled that cannot start, because there is no capacity or it needs more vCPUs than
   * `maxVcpus`; it would block the queue for ever. 600–86400 @default 3600, and 900 on Spot with
   * `onDemandFallback` */
  stuckSeconds?: number;

  /** Days that logs are kept; one of CloudWatch's values. @default 30 */
  logRetentionDays?: number;
  /** Customer key of logs, and of the events that turn the alarm on, that of a `CustomerKey` or another that admits the same services.
   * @default AWS's own keys, which are free */
  keyArn?: pulumi.Input<string>;
  /** Customer keys of the secrets of jobs. @default none */
  secretKeyArns?: pulumi.Input<string>[];
  /** Customer key of the log group alone; its policy must admit CloudWatch Logs. @default `keyArn` */
  logKeyArn?: pulumi.Input<string>;
  /** ARNs of the SNS topics that are notified when a job blocks the queue. @default none, and no alarm, which would cost
   * 0.10 USD a month */
  alarmActionArns?: pulumi.Input<string>[];
  tags?: { [name: string]: pulumi.Input<string> };
}

/** A kind of job: a job definition of AWS Batch. A submission may override command, size, timeout and environment. */
export interface JobQueueJobArgs {
  /** Names the resources (`<queue>-<name>`); letters, digits and hyphens, unique in the queue. */
  name: string;
  /** Command in exec form. @default the image's own */
  command?: string[];
  /** A public address while the job runs. @default that of `placement` */
  assignPublicIp?: boolean;
  /** CPU and memory. @default 256 CPU units (¼ vCPU) and 512 MiB, Fargate's smallest */
  size?: FargateSizeArgs;
  /** GiB of disk, 21–200, charged beyond 20. @default 20, Fargate's own */
  diskGiB?: number;
  /** Seconds after which a job is killed and has failed, 60–1209600. Batch has no default. @default 3600 */
  timeoutSeconds?: number;
  /** Most times that Batch starts a job, the first included, 1–10 (`attempts` of Batch's retry strategy). It starts a job
   * again that AWS ended: a Spot interruption, or an image or network interface that it could not get. A job that exits
   * by itself is not started again, whatever its exit code; the caller decides, and can wait in between. @default 5 */
  attempts?: number;
  /** What the job's code may do. @default nothing */
  permissions?: FargatePermissionArgs[];
  /** User, and group, of the process: `uid[:gid]` or a name of the image's; root is refused. @default 1000:1000 */
  user?: string;
  /** Environment variables. Everyone who may describe the job can read them: put nothing secret here. */
  environment?: { [name: string]: pulumi.Input<string> };
  /** Environment variables whose values ECS fetches when the job starts: ARNs of SSM parameters, or of Secrets Manager
   * secrets (with `:key:stage:version` after it where wanted). */
  secrets?: { [name: string]: pulumi.Input<string> };
  /** Directories that stay writable and start empty; all else is read-only. The image must declare each as a `VOLUME`
   * of the user's (or mode 1777). @default ["/tmp"] */
  writablePaths?: string[];
}
