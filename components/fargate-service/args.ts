import type * as pulumi from '@pulumi/pulumi';
import type { FargateDeploymentArgs } from './deployment-args.ts';
import type { FargateApiGatewayArgs, FargateLoadBalancerArgs } from './exposure-args.ts';
import type { FargateScalingArgs } from './scaling-args.ts';

/** What a `FargateService` runs and how it is reached, scaled and released. Plain values decide which resources
 * exist; `Input` values may come from other resources. */
export interface FargateServiceArgs {
  /** VPC of the tasks and of the entry point. */
  vpcId: pulumi.Input<string>;
  /** Subnets of the tasks, one per availability zone: two at least, three in production. */
  subnetIds: pulumi.Input<pulumi.Input<string>[]>;
  /** A public address for each task: the way out where the subnets are public and there is no NAT. Nothing can
   * connect to it, for the tasks' security group admits the entry point alone. @default false */
  assignPublicIp?: boolean;
  /** Where tasks may connect to. @default TCP 443 to 0.0.0.0/0: the image, the logs and every AWS API need it,
   * unless endpoints take their place */
  egress?: FargateEgressArgs[];

  /** Image, best by digest (`repository@sha256:…`): a tag can move under a running service. */
  image: pulumi.Input<string>;
  /** The ECR repository that the tasks' image is pulled from; grants the execution role its layers.
   * @default none, for images of public registries */
  repositoryArn?: pulumi.Input<string>;
  /** CPU and memory of a task. @default 256 CPU units (¼ vCPU) and 512 MiB, Fargate's smallest */
  size?: FargateSizeArgs;
  /** `arm64` or `x86_64`; the image must hold it. @default arm64, 20 % cheaper */
  architecture?: string;
  /** Port the container listens on, 1–65535; unprivileged, since the user is not root. @default 8080 */
  port?: number;
  /** Command in exec form. @default the image's own */
  command?: string[];
  /** User, and group, of the process: `uid[:gid]` or a name of the image's; root is refused.
   * @default 1000:1000, `node` of the official images */
  user?: string;
  /** Environment variables. Readable by everyone who may describe the task definition: nothing secret here. */
  environment?: { [name: string]: pulumi.Input<string> };
  /** Environment variables whose values ECS fetches when a task starts: ARNs of SSM parameters, or of Secrets
   * Manager secrets (with `:key:stage:version` after it where wanted). */
  secrets?: { [name: string]: pulumi.Input<string> };
  /** Customer keys of those secrets; AWS's own keys need no mention. @default none */
  secretKeyArns?: pulumi.Input<string>[];
  /** Directories that stay writable and start empty; all else is read-only. So that the container's user may write
   * there, the image must declare each as a `VOLUME` of that user (or mode 1777). @default ["/tmp"] */
  writablePaths?: string[];
  /** How ECS tells that a container works. ECS ignores a HEALTHCHECK of the image. @default `GET /livez` by Node;
   * none for a worker */
  healthCheck?: FargateHealthCheckArgs;
  /** Seconds from SIGTERM to SIGKILL, 2–120. @default 30, ECS's own */
  stopTimeoutSeconds?: number;

  /** What the tasks themselves may do. Permissions on resources that come later: `grantTaskRole`. @default nothing */
  permissions?: FargatePermissionArgs[];

  /** Exposure through an Application Load Balancer. At most one of `loadBalancer` and `apiGateway`; with neither
   * nothing can connect (a worker). */
  loadBalancer?: FargateLoadBalancerArgs;
  /** Exposure through an API Gateway HTTP API: no hourly cost, but no draining either, so a release may lose a
   * response now and then. */
  apiGateway?: FargateApiGatewayArgs;

  /** Cluster to run in; it must have the capacity providers FARGATE and FARGATE_SPOT. @default a cluster of its own */
  clusterArn?: pulumi.Input<string>;
  /** CloudWatch Container Insights of the own cluster: `disabled`, `enabled` or `enhanced`; charged per metric.
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
  /** Told by the alarms of this component: ARNs of SNS topics. @default nobody; the error alarm still stops a release */
  alarmActionArns?: pulumi.Input<string>[];
  /** Tags of every resource that takes them, tasks included. */
  tags?: { [name: string]: pulumi.Input<string> };
}

/** A valid pair of Fargate's table; the error of an invalid one names the nearest. */
export interface FargateSizeArgs {
  /** CPU units: 256, 512, 1024, 2048, 4096, 8192 or 16384 (1024 are one vCPU). */
  cpu: number;
  /** MiB. */
  memory: number;
}

/** One rule of the tasks' way out; exactly one of `cidr`, `prefixListId` and `securityGroupId`. */
export interface FargateEgressArgs {
  /** Names the rule's resource (`<service>-to-<name>`); letters, digits and hyphens. */
  name: string;
  /** TCP port. */
  port: number;
  /** IPv4 range. */
  cidr?: pulumi.Input<string>;
  /** Managed prefix list, such as that of a gateway endpoint. */
  prefixListId?: pulumi.Input<string>;
  securityGroupId?: pulumi.Input<string>;
}

/** Health check of the container, run inside of it. Either `path` or `command`. */
export interface FargateHealthCheckArgs {
  /** Path that must answer 2xx or 3xx without asking the database. Asked by `node -e`, so that the image needs no
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

/** One statement of the task role's policy. */
export interface FargatePermissionArgs {
  /** Actions by name; `*` is refused. */
  actions: string[];
  resources: pulumi.Input<string>[];
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
