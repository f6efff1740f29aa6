/**
 * The durations on which load balancer, container runtime and service must agree, or a release would lose responses. All
 * in seconds. test/contract/timings.test.ts compares them.
 */
export const timings = {
  /** The load balancer closes a connection idle this long (AWS's default for an Application Load Balancer). */
  balancerIdle: 60,
  /** The service keeps an idle connection longer than the balancer does: were it shorter, the balancer would send
   * a request into a connection that is just being closed, and answer 502. */
  keepAlive: 72,
  /** Node's limit for receiving the headers of a request; must exceed `keepAlive`, or it would cut that short. */
  headers: 75,
  /** Node's limit for receiving a whole request, body included; uploads go to the bucket, not through here. */
  requestTimeout: 60,
  healthCheckInterval: 5,
  healthCheckTimeout: 3,
  healthyThreshold: 2,
  unhealthyThreshold: 2,
  /** How long the target group waits before it removes a target (AWS's default of 300 makes every release slow). */
  deregistrationDelay: 30,
  /** After SIGTERM the service goes on serving this long with readiness 503: the balancer needs
   * `healthCheckInterval × unhealthyThreshold` to notice, plus 5 to spare. */
  drain: 15,
  /** From SIGTERM to SIGKILL (ECS: 30 by default, at most 120). */
  stopTimeout: 45,
} as const;
