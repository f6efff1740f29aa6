import type * as pulumi from '@pulumi/pulumi';
import type {
  FargateImageArgs,
  FargatePermissionArgs,
  FargatePlacementArgs,
  FargateSizeArgs,
} from '../fargate-task/index.ts';

/** A container that runs at its times, and what is told of runs that fail, are missed or take too long. */
export interface ScheduledTaskArgs {
  /** When it runs: `cron(minutes hours day month weekday year)`, of which day or weekday is `?`, or `rate(3 hours)`. In spring
   * EventBridge Scheduler skips a time that the clock skips, and in autumn it runs once at a time that comes twice: a task for
   * each day is best at a time from 03:00 to 23:59, or in UTC. */
  schedule: string;
  /** Time zone of the schedule, such as `Europe/Berlin`. @default Etc/UTC */
  timeZone?: string;
  /** False for a task that runs by hand alone. @default true */
  enabled?: boolean;
  /** Start a run also while the one before it has not ended. @default false: the run is skipped */
  overlap?: boolean;
  /** Seconds after which an attempt is stopped and has failed, 60–86400. @default 3600 */
  timeLimitSeconds?: number;
  /** Further attempts after one that has failed, 0–10, with pauses of half a minute and more. An attempt that AWS has
   * interrupted is repeated besides. @default 2 */
  retries?: number;
  /** Seconds that a run may take, its attempts and pauses included, until an alarm says that it is slow.
   * @default half of `timeLimitSeconds` */
  slowSeconds?: number;
  /** Seconds beyond the longest time between two runs until an alarm says that one was missed, 60–86400. @default 900 */
  graceSeconds?: number;

  /** Where it runs, and where it may connect to: what a `Network` offers as `jobPlacement`. */
  placement: FargatePlacementArgs;
  /** What runs: what a `ContainerImage` offers as `reference`. */
  image: FargateImageArgs;
  /** CPU and memory. @default 256 CPU units (¼ vCPU) and 512 MiB, Fargate's smallest */
  size?: FargateSizeArgs;
  /** GiB of disk, 21–200, charged beyond 20. @default 20, Fargate's own */
  diskGiB?: number;
  /** Command in exec form. @default the image's own */
  command?: string[];
  /** User, and group, of the process: `uid[:gid]` or a name of the image's; root is refused. @default 1000:1000 */
  user?: string;
  /** Environment variables beside `SCHEDULED_TIME`. Put nothing secret here. */
  environment?: { [name: string]: pulumi.Input<string> };
  /** Environment variables whose values ECS fetches when a run starts: ARNs of SSM parameters, or of Secrets Manager
   * secrets. */
  secrets?: { [name: string]: pulumi.Input<string> };
  /** Customer keys of those secrets. @default none */
  secretKeyArns?: pulumi.Input<string>[];
  /** What the container's code may do. @default nothing */
  permissions?: FargatePermissionArgs[];
  /** Directories that stay writable and start empty. The image must declare each as a `VOLUME` of the user's (or mode 1777).
   * @default ["/tmp"] */
  writablePaths?: string[];

  /** X-Ray traces of the executions: 5 USD per million beyond 100,000 a month. @default false */
  tracing?: boolean;
  /** Days that logs are kept. @default 30 */
  logRetentionDays?: number;
  /** Customer key of logs, queue and the task's record. @default AWS's own keys, which are free */
  keyArn?: pulumi.Input<string>;
  /** Customer key of the log groups alone. @default `keyArn` */
  logKeyArn?: pulumi.Input<string>;
  /** ARNs of the SNS topics that are notified when a run fails, is slow, was missed or could not be started.
   * @default none, and no alarms */
  alarmActionArns?: pulumi.Input<string>[];
  /** AWS refuses to delete the table of the task's record. What it holds may be lost: the run under way and how the last one ended.
   * @default false */
  deletionProtection?: boolean;
  tags?: { [name: string]: pulumi.Input<string> };
}

/** A table of the last runs, for the dashboard: one of the `logQueries` of a `Monitoring`. */
export interface RunsQuery {
  title: string;
  logGroupName: pulumi.Output<string>;
  query: string;
}
