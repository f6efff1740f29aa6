import type * as pulumi from '@pulumi/pulumi';
import type { FargateImageArgs } from '../fargate-task/index.ts';

/** A further container of each task, such as a proxy, an agent, or one that prepares something and ends. It shares the task's
 * address, CPU and memory with the service's own, which is called `app`. */
export interface FargateSidecarArgs {
  /** Letters, digits and hyphens, unique in the service; not `app`. */
  name: string;
  /** What runs; its architecture is the service's. */
  image: FargateImageArgs;
  /** Command in exec form. @default the image's own */
  command?: string[];
  /** User, and group, of the process: `uid[:gid]` or a name of the image's; root is refused. @default 1000:1000 */
  user?: string;
  /** Environment variables. Everyone who may describe the task definition can read them: put nothing secret here. */
  environment?: { [name: string]: pulumi.Input<string> };
  /** Environment variables whose values ECS fetches: as the service's `secrets`. */
  secrets?: { [name: string]: pulumi.Input<string> };
  /** Directories of its own that stay writable and start empty; all else is read-only. @default none */
  writablePaths?: string[];
  /** Whether the task ends when this container ends; `false` for one that prepares something. @default true */
  essential?: boolean;
  /** Containers that must have come so far before this one starts. @default none */
  dependsOn?: FargateDependencyArgs[];
  /** How ECS finds out that it works: a `command`. @default not at all */
  healthCheck?: FargateHealthCheckArgs;
  /** CPU units that it gets at least while the task's are scarce. @default none of its own */
  cpu?: number;
  /** MiB above which it is killed. @default the task's */
  memoryMiB?: number;
  /** Seconds from SIGTERM to SIGKILL, 2–120. @default 30, ECS's own */
  stopTimeoutSeconds?: number;
}

/** A container that another one waits for. */
export interface FargateDependencyArgs {
  /** Name of the container: that of a sidecar, or `app`. */
  container: string;
  /** `START`: it has started; `HEALTHY`: its health check passes; `COMPLETE`: it has ended; `SUCCESS`: it has ended with
   * exit code 0. The last two need `essential: false` there. */
  condition: string;
}

/** Health check of the container, run inside of it. Either `path` or `command`. */
export interface FargateHealthCheckArgs {
  /** No health check of the container: ECS then goes by the load balancer's alone. @default false */
  disabled?: boolean;
  /** Path that must answer 2xx or 3xx without asking the database. `node -e` requests it, so that the image needs no
   * curl. @default /livez; for a worker no health check */
  path?: string;
  /** Command in exec form for an image without Node; exit code 0 means healthy. */
  command?: string[];
  /** Seconds between checks, 5–300. @default 10 */
  intervalSeconds?: number;
  /** Seconds for one answer, 2–60. @default 5 */
  timeoutSeconds?: number;
  /** Failures in a row until ECS replaces the task, 1–10. @default 3 */
  retries?: number;
  /** Seconds after the start in which failures do not count, 0–300. @default 30 */
  startPeriodSeconds?: number;
}
