/** Paths of the service's health checks. */
export const healthPaths = {
  /** Does the process run? The container runtime asks this, and restarts the process when there is no answer. */
  live: '/livez',
  /** Does the process take requests? 503 only while it drains. The load balancer asks this, so a database that is away must
   * not count: it would have all tasks replaced, and new ones would be no better. */
  serving: '/healthz',
  /** Can the process answer requests? 503 while it drains and while the database is away. People and tests ask this. */
  ready: '/readyz',
} as const;
