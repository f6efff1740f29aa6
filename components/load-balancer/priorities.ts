import { createHash } from 'node:crypto';

/** Priorities that a service takes on a listener, from its own on: see `FargateService`'s rules. */
export const prioritiesPerService = 4;

/** The highest that AWS takes (Elastic Load Balancing API reference, CreateRule). */
export const lastPriority = 50_000;

const pathClasses = 5;
const hostClasses = 3;
const slots = Math.floor(lastPriority / (pathClasses * hostClasses * prioritiesPerService));

/**
 * The first priority of a service's rule on a shared listener. It depends on the service's own name and conditions alone, so
 * it stays when other services come and go. The load balancer tries rules in this order, so rules for named hosts come
 * before those for any host, and longer paths before shorter ones; among equals the name decides.
 *
 * @param name unique among those who share the listener
 */
export function priorityOf(name: string, hosts: readonly string[], paths: readonly string[]): number {
  const band = hostClass(hosts) * pathClasses + pathClass(paths);
  const slot = createHash('sha256').update(name).digest().readUInt32BE() % slots;
  return 1 + (band * slots + slot) * prioritiesPerService;
}

/** 0 for names, 1 for names with wildcards, 2 for any host. A rule is as wide as its widest host. */
function hostClass(hosts: readonly string[]): number {
  if (hosts.length === 0 || hosts.includes('*')) return 2;
  return hosts.some((host) => /[*?]/.test(host)) ? 1 : 0;
}

/** 0 for the longest paths, 4 for all paths. A rule is as wide as its widest path. */
function pathClass(paths: readonly string[]): number {
  const depths = paths.length === 0 ? [0] : paths.map(depthOf);
  return pathClasses - 1 - Math.min(...depths);
}

/** Segments before the first wildcard, and one more for a path without any; 0 for all paths. */
function depthOf(path: string): number {
  if (path === '*' || path === '/*') return 0;
  const [literal = ''] = path.split(/[*?]/);
  const segments = literal.split('/').filter((segment) => segment !== '').length;
  return Math.min(pathClasses - 1, Math.max(1, segments + (literal === path ? 1 : 0)));
}

/** Who took which priorities of a listener in this program, by the output that holds the listener's ARN. */
const takenOf = new WeakMap<object, Map<number, string>>();

/** The service that has one of the priorities from this one on; undefined where none has, or the listener is known by a
 * text alone. */
export function takenBy(listenerArn: unknown, priority: number): string | undefined {
  const taken =
    typeof listenerArn === 'object' && listenerArn !== null ? takenOf.get(listenerArn) : undefined;
  for (const [first, service] of taken ?? []) {
    if (Math.abs(first - priority) < prioritiesPerService) return service;
  }
  return undefined;
}

/** The next priority from which on all that a service needs are free. */
export function nextFree(listenerArn: unknown, priority: number): number {
  let free = priority;
  while (takenBy(listenerArn, free) !== undefined) free += prioritiesPerService;
  return free;
}

/** Notes that a service has the priorities from this one on. */
export function take(listenerArn: unknown, priority: number, service: string): void {
  if (typeof listenerArn !== 'object' || listenerArn === null) return;
  const taken = takenOf.get(listenerArn) ?? new Map<number, string>();
  takenOf.set(listenerArn, taken.set(priority, service));
}
