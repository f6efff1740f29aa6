/** Where the service says how it is. */
export const healthPaths = {
  /** Does the process run? For whoever restarts it: the container's own check. */
  live: '/livez',
  /** May it be sent requests? 503 only while draining. For the load balancer: a database that is away makes no task
   * better than another, and must not have them all replaced. */
  serving: '/healthz',
  /** Can it answer requests? 503 while draining and while the database is away. For people and for tests. */
  ready: '/readyz',
} as const;
