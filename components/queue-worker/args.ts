import type * as pulumi from '@pulumi/pulumi';
import type { FargateCapacityArgs } from '../fargate-service/index.ts';
import type {
  FargateImageArgs,
  FargatePermissionArgs,
  FargatePlacementArgs,
  FargateSizeArgs,
} from '../fargate-task/index.ts';
import type { QueueReferenceArgs } from '../queue/index.ts';

/** A container that takes messages from a queue, and how quickly it must. */
export interface QueueWorkerArgs {
  /** The queue: what a `Queue` offers as `reference`. Its visibility timeout must be at least twice `secondsPerMessage`. */
  queue: QueueReferenceArgs;
  /** Seconds within which a message should be done after it was sent, `secondsPerMessage` + 180 or more, up to 86400. The
   * number of tasks follows from it. AWS needs some 180 s to notice a backlog and to start a task; what is left is the
   * time in which a task may work off its share of the backlog. */
  acceptableLatencySeconds: number;
  /** Seconds that one message takes on average, measured or estimated, more than 0. */
  secondsPerMessage: number;
  /** Fewest tasks. With 0 an empty queue costs nothing, and the first message waits for a task to start. @default 0 */
  minTasks?: number;
  /** Most tasks, 1–5000. More messages than these can do wait longer than `acceptableLatencySeconds`. @default 10 */
  maxTasks?: number;
  /** Where the tasks run, and where they may connect to: what a `Network` offers as `placement`. */
  placement: FargatePlacementArgs;
  /** What runs: what a `ContainerImage` offers as `reference`. */
  image: FargateImageArgs;
  /** CPU and memory of a task. @default 256 CPU units (¼ vCPU) and 512 MiB, Fargate's smallest */
  size?: FargateSizeArgs;
  /** Command in exec form. @default the image's own */
  command?: string[];
  /** User, and group, of the process: `uid[:gid]` or a name of the image's; root is refused. @default 1000:1000 */
  user?: string;
  /** Environment variables beside those that the component sets. */
  environment?: { [name: string]: pulumi.Input<string> };
  /** Environment variables whose values ECS fetches when a task starts: ARNs of SSM parameters, or of Secrets Manager
   * secrets. */
  secrets?: { [name: string]: pulumi.Input<string> };
  /** Customer keys of those secrets. @default none */
  secretKeyArns?: pulumi.Input<string>[];
  /** What the tasks may do beside taking messages. @default nothing */
  permissions?: FargatePermissionArgs[];
  /** Seconds from SIGTERM to SIGKILL, 2–120: for a message that is being worked on when a task is stopped. @default 120 */
  stopTimeoutSeconds?: number;
  /** Cluster to run in, and its name. @default a cluster of its own */
  clusterArn?: pulumi.Input<string>;
  /** The mix of Fargate and Fargate Spot. @default the first task on demand, so that one works while Spot has no capacity,
   * and all others on Spot */
  capacity?: FargateCapacityArgs;
  /** Days that logs are kept. @default 30 */
  logRetentionDays?: number;
  /** Customer key of the log group. @default CloudWatch's own encryption */
  logKeyArn?: pulumi.Input<string>;
  /** ARNs of the SNS topics that are notified when messages wait for longer than `acceptableLatencySeconds`, or when none
   * is done although some wait. @default none, and no such alarms */
  alarmActionArns?: pulumi.Input<string>[];
  tags?: { [name: string]: pulumi.Input<string> };
}
