import type * as pulumi from '@pulumi/pulumi';
import type { LoadBalancerListenerArgs } from '../load-balancer/index.ts';

/** An Application Load Balancer of its own; from 16.43 USD a month at rest (us-east-1), and 3.65 for each public
 * address, one per subnet. */
export interface FargateLoadBalancerArgs {
  /** Subnets of the load balancer, in two availability zones at least: public ones when it is `internetFacing`. */
  subnetIds: pulumi.Input<pulumi.Input<string>[]>;
  /** Reachable from the internet, rather than from the VPC alone. @default false */
  internetFacing?: boolean;
  /** Certificate (ACM) for HTTPS on 443; port 80 then redirects to it. Without one port 80 serves plain HTTP. */
  certificateArn?: pulumi.Input<string>;
  /** Name of the certificate, which must resolve to the load balancer; becomes the host of `url`.
   * @default the load balancer's own name */
  domainName?: pulumi.Input<string>;
  /** Security policy of HTTPS; one that speaks TLS 1.2 or later. @default ELBSecurityPolicy-TLS13-1-2-Res-2021-06 */
  sslPolicy?: string;
  /** IPv4 ranges that may connect. @default 0.0.0.0/0 when internetFacing, else none */
  allowedCidrs?: string[];
  /** Managed prefix lists that may connect, such as CloudFront's. Their rules are named by their place in the list: take
   * out the last, or AWS refuses the one that moves up. @default none */
  allowedPrefixListIds?: pulumi.Input<string>[];
  /** Security groups that may connect, with rules named likewise; for one that comes later, add a rule to
   * `entrySecurityGroupId`. @default none */
  allowedSecurityGroupIds?: pulumi.Input<string>[];
  /** Path by which the load balancer decides on a target. ECS replaces tasks that fail it: let it answer 503 while
   * draining, but not when the database is away. @default /livez */
  healthCheckPath?: string;
  /** Seconds between health checks, 5–300. @default 5 */
  healthCheckIntervalSeconds?: number;
  /** Seconds for one answer, 2–120, less than the interval. @default 3 */
  healthCheckTimeoutSeconds?: number;
  /** Successes in a row that make a target healthy, 2–10. @default 2 */
  healthyThreshold?: number;
  /** Failures in a row that make a target unhealthy, 2–10. @default 2 */
  unhealthyThreshold?: number;
  /** Seconds after a task's start in which failed checks do not count. @default 60 */
  healthCheckGracePeriodSeconds?: number;
  /** Seconds that a target has to finish its requests after it was deregistered, 0–3600. @default 30 (AWS: 300) */
  deregistrationDelaySeconds?: number;
  /** Seconds until an idle connection is closed, 1–4000; the service must keep its own longer. @default 60 */
  idleTimeoutSeconds?: number;
  /** AWS refuses to delete the load balancer; switch it off before `destroy`. @default true */
  deletionProtection?: boolean;
  /** Bucket of the access logs; its policy must admit the load balancer's log delivery. @default no access logs */
  accessLogsBucket?: pulumi.Input<string>;
  /** Web ACL of AWS WAF (regional) to put before it. @default none */
  webAclArn?: pulumi.Input<string>;
}

/** A rule on the listener of a load balancer that services share, and the target group to which it leads. */
export interface FargateListenerRuleArgs {
  /** Names the children (`<service>-<name>-<role>`); letters, digits and hyphens, unique in the service. */
  name: string;
  /** What a `LoadBalancer` offers as `listener`. */
  listener: LoadBalancerListenerArgs;
  /** Hosts of the requests; `*` stands for any characters, `?` for one. @default any */
  hosts?: string[];
  /** Paths of the requests, with the same wildcards, such as `/api/*`. With `hosts` at most five. @default any */
  paths?: string[];
  /** Place of the rule among those of the listener, 1–49997: the lowest that matches counts. The service takes this one and
   * the next three. @default derived from the names of service and rule, so that it stays when other services come and
   * go: named hosts come before any host, longer paths before shorter ones. To be set where two services clash, and for a
   * listener of another stack */
  priority?: number;
  /** Port of the container. @default the service's */
  port?: number;
  /** Container that answers there: a sidecar, such as a proxy. @default the service's own */
  container?: string;
  /** The target group. */
  targetGroup?: FargateTargetGroupArgs;
}

/** How a load balancer decides which tasks get requests. */
export interface FargateTargetGroupArgs {
  /** Path by which the load balancer decides on a target. ECS replaces tasks that fail it: let it answer 503 while
   * draining, but not when the database is away. @default /livez */
  healthCheckPath?: string;
  /** Seconds between health checks, 5–300. @default 5 */
  healthCheckIntervalSeconds?: number;
  /** Seconds for one answer, 2–120, less than the interval. @default 3 */
  healthCheckTimeoutSeconds?: number;
  /** Successes in a row that make a target healthy, 2–10. @default 2 */
  healthyThreshold?: number;
  /** Failures in a row that make a target unhealthy, 2–10. @default 2 */
  unhealthyThreshold?: number;
  /** Seconds after a task's start in which failed checks do not count; of several rules the longest. @default 60 */
  healthCheckGracePeriodSeconds?: number;
  /** Seconds that a target has to finish its requests after it was deregistered, 0–3600. @default 30 (AWS: 300) */
  deregistrationDelaySeconds?: number;
}

/** An HTTP API that finds the tasks by Cloud Map through a VPC link; 0.50 USD a month at rest (the private DNS
 * namespace), 1.00 per million requests. */
export interface FargateApiGatewayArgs {
  /** Subnets of the VPC link. @default the tasks' */
  subnetIds?: pulumi.Input<pulumi.Input<string>[]>;
  /** Requests a second over all callers, above which the API answers 429. @default 100 */
  throttlingRateLimit?: number;
  /** Requests that may come at once beyond the rate. @default 200 */
  throttlingBurstLimit?: number;
  /** Milliseconds that the service has for its answer, 50–30000; after that the API answers 503. @default 29000 */
  timeoutMilliseconds?: number;
}
