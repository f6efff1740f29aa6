import type * as pulumi from '@pulumi/pulumi';
import type {
  FargateImageArgs,
  FargatePermissionArgs,
  FargatePlacementArgs,
  FargateSizeArgs,
} from '../fargate-task/index.ts';
import type { FargateDependencyArgs, FargateHealthCheckArgs, FargateSidecarArgs } from './container-args.ts';
import type { FargateDeploymentArgs } from './deployment-args.ts';
import type {
  FargateApiGatewayArgs,
  FargateListenerRuleArgs,
  FargateLoadBalancerArgs,
} from './exposure-args.ts';
import type { FargateScalingArgs } from './scaling-args.ts';

/** What a `FargateService` runs, and how it is reached, scaled and released. Plain values decide which resources exist;
 * `Input` values may come from other resources. */
export interface FargateServiceArgs {
  /** Where the tasks run, and where they may connect to: what a `Network` offers as `placement`. Subnets: two zones at
   * least, three in production. */
  placement: FargatePlacementArgs;
  /** What runs: what a `ContainerImage` offers as `reference`. */
  image: FargateImageArgs;
  /** CPU and memory of a task. @default 256 CPU units (¼ vCPU) and 512 MiB, Fargate's smallest */
  size?: FargateSizeArgs;
  /** Port the container listens on, 1–65535; unprivileged, since the user is not root. @default 8080 */
  port?: number;
  /** Command in exec form. @default the image's own */
  command?: string[];
  /** User, and group, of the process: `uid[:gid]` or a name of the image's; root is refused.
   * @default 1000:1000, `node` of the official images */
  user?: string;
  /** Environment variables. Everyone who may describe the task definition can read them: put nothing secret here. */
  environment?: { [name: string]: pulumi.Input<string> };
  /** Environment variables whose values ECS fetches when a task starts: ARNs of SSM parameters, or of Secrets
   * Manager secrets (with `:key:stage:version` after it where wanted). */
  secrets?: { [name: string]: pulumi.Input<string> };
  /** Customer keys of those secrets; AWS's own keys need no mention. @default none */
  secretKeyArns?: pulumi.Input<string>[];
  /** Directories that stay writable and start empty; all else is read-only. So that the container's user may write
   * there, the image must declare each as a `VOLUME` of that user (or mode 1777). @default ["/tmp"] */
  writablePaths?: string[];
  /** How ECS finds out that a container works. ECS ignores a HEALTHCHECK of the image. @default `GET /livez` by Node;
   * none for a worker */
  healthCheck?: FargateHealthCheckArgs;
  /** Seconds from SIGTERM to SIGKILL, 2–120. @default 30, ECS's own */
  stopTimeoutSeconds?: number;

  /** Further containers of each task, at most nine. @default none */
  sidecars?: FargateSidecarArgs[];
  /** Sidecars that must have come so far before the service's own container starts. @default none */
  dependsOn?: FargateDependencyArgs[];
  /** GiB of each task's disk, 21–200, charged beyond 20 (0.081 USD a month for one, us-east-1).
   * @default 20, Fargate's own */
  ephemeralStorageGiB?: number;
  /** Let principals that IAM permits (`ecs:ExecuteCommand`) run commands in the containers. A cluster that is made here logs
   * what they do; one that is given logs as it is set up. AWS supports this on writable root file systems alone; here three
   * volumes hold what its agent writes. @default false */
  enableExec?: boolean;

  /** What the tasks themselves may do. Permissions on resources that come later: `grantTaskRole`. @default nothing */
  permissions?: FargatePermissionArgs[];

  /** Exposure through an Application Load Balancer of its own. At most one of `loadBalancer`, `listenerRules` and
   * `apiGateway`; with none of them nothing can connect (a worker). */
  loadBalancer?: FargateLoadBalancerArgs;
  /** Exposure through load balancers that services share: a rule and a target group for each entry, at most five. Several
   * serve several ports, or a public and an internal load balancer. */
  listenerRules?: FargateListenerRuleArgs[];
  /** Exposure through an API Gateway HTTP API: no hourly cost, but no draining either, so a release may lose a
   * response now and then. */
  apiGateway?: FargateApiGatewayArgs;

  /** Cluster to run in; it must have the capacity providers FARGATE and FARGATE_SPOT. @default a cluster of its own */
  clusterArn?: pulumi.Input<string>;
  /** CloudWatch Container Insights of the cluster that is made here: `disabled`, `enabled` or `enhanced`; charged per metric.
   * @default disabled */
  containerInsights?: string;
  /** The mix of Fargate and Fargate Spot. @default Fargate alone */
  capacity?: FargateCapacityArgs;
  /** Number of tasks; Application Auto Scaling brings the service to it when it changes. Excludes `scaling`. @default 1 */
  desiredCount?: number;
  /** Autoscaling. It then owns the number of tasks, which starts at its `min`. @default none */
  scaling?: FargateScalingArgs;
  /** How a release replaces the tasks. @default rolling, with circuit breaker and rollback */
  deployment?: FargateDeploymentArgs;

  /** Days that logs are kept; one of CloudWatch's values. @default 30 */
  logRetentionDays?: number;
  /** Customer key of the log groups; its policy must admit CloudWatch Logs. @default CloudWatch's own encryption */
  logKeyArn?: pulumi.Input<string>;
  /** ARNs of the SNS topics that the alarms of this component notify. @default none; the error alarm still rolls a
   * release back */
  alarmActionArns?: pulumi.Input<string>[];
  /** Tags of every resource that takes them, tasks included. */
  tags?: { [name: string]: pulumi.Input<string> };
}

/** Shares of the two capacity providers. With N tasks: the first `base` on Fargate, the rest by weight. */
export interface FargateCapacityArgs {
  /** Tasks that are always on Fargate, 0–100000. @default 0 */
  base?: number;
  /** Weight of Fargate among the further tasks, 0–1000. @default 1 */
  onDemandWeight?: number;
  /** Weight of Fargate Spot among the further tasks, 0–1000: about a third of the price, stopped at two
   * minutes' notice.
   * @default 0 */
  spotWeight?: number;
}
