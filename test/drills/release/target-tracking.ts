/** What a target tracking policy goes by. Times in periods of the metric (AWS: a minute). */
export interface TrackingPolicy {
  /** Requests per task and period. */
  readonly target: number;
  readonly min: number;
  readonly max: number;
  readonly scaleOutCooldown: number;
  readonly scaleInCooldown: number;
}

/** Periods in a row above the target until the alarm that AWS makes for the policy adds tasks. */
export const periodsAbove = 3;
/** Periods in a row clearly below it until its other alarm removes some. */
export const periodsBelow = 15;
/** What that alarm takes for clearly below. */
export const lowShare = 0.9;

export interface TrackingState {
  /** Requests per task of the periods so far, the latest last. */
  readonly metric: readonly number[];
  readonly tasks: number;
  /** Periods since the last change; infinite before the first. */
  readonly sinceOut: number;
  readonly sinceIn: number;
}

/** The number of tasks that the policy asks for now. */
export function wantedTasks(
  policy: TrackingPolicy,
  { metric, tasks, sinceOut, sinceIn }: TrackingState,
): number {
  const { target, min, max } = policy;
  const last = metric.at(-1) ?? 0;
  const proportional = Math.ceil((tasks * last) / target);
  if (allOf(metric, periodsAbove, (value) => value > target) && sinceOut >= policy.scaleOutCooldown)
    return Math.min(max, Math.max(tasks, proportional));
  const low = allOf(metric, periodsBelow, (value) => value < lowShare * target);
  if (low && sinceIn >= policy.scaleInCooldown && sinceOut >= policy.scaleInCooldown)
    return Math.max(min, Math.min(tasks, proportional));
  return tasks;
}

function allOf(metric: readonly number[], count: number, holds: (value: number) => boolean): boolean {
  return metric.length >= count && metric.slice(-count).every(holds);
}
