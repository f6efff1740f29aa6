import type { Settings } from './definitions.ts';

/** The most tasks that the service has at any time, without those that a release adds. */
export function mostTasks(settings: Settings): number {
  const scheduled = (settings['scaling.schedules'] ?? []).map(({ max }) => max);
  return Math.max(settings['scaling.maxTasks'] ?? settings['scaling.minTasks'], ...scheduled);
}
