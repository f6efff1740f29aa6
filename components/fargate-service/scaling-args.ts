/** Autoscaling of the number of tasks: at least one policy or schedule, or `external`. Policies act between `min` and `max`; a
 * schedule replaces those two until the next one does, or until an `up` that changes them, brings the first schedule or
 * takes the last one away. */
export interface FargateScalingArgs {
  /** Fewest tasks, 0 or more; the number a new service starts with. With 0 the first task needs `external` or one of
   * `schedules`, since CPU, memory and requests cannot start it. */
  min: number;
  /** Most tasks. */
  max: number;
  /** Keeps the average CPU use near this percentage of the task's, 1–100. Excludes `stepCpu`. */
  targetCpuPercent?: number;
  /** Keeps the average memory use near this percentage of the task's, 1–100. */
  targetMemoryPercent?: number;
  /** Keeps the requests per task and minute near this number. Needs `loadBalancer`. */
  targetRequestsPerTask?: number;
  /** Seconds after a target tracking policy has scaled in before it scales in again. @default 300 */
  scaleInCooldownSeconds?: number;
  /** Seconds after a target tracking policy has scaled out before it scales out again. @default 60 */
  scaleOutCooldownSeconds?: number;
  /** One task more while the CPU is busy, one less while it idles. */
  stepCpu?: FargateStepCpuArgs;
  /** Other limits at given times. */
  schedules?: FargateScheduleArgs[];
  /** Policies come from elsewhere, for the component's `scalingTarget`: by the length of a queue, say, which can start the
   * first task when `min` is 0. CPU, memory and requests cannot, since without a task there is none of them.
   * @default false */
  external?: boolean;
}

/** Step scaling on the service's average CPU use. */
export interface FargateStepCpuArgs {
  /** From this percentage on one task is added. @default 85 */
  upperPercent?: number;
  /** Below this percentage one task is removed. @default 10 */
  lowerPercent?: number;
  /** Minutes over which the average is taken. @default 1 */
  periodMinutes?: number;
  /** Seconds after a step before the next. @default 60 */
  cooldownSeconds?: number;
}

/** From this time on, the given limits hold, until another schedule sets others. */
export interface FargateScheduleArgs {
  /** Names the resource (`<service>-at-<name>`); letters, digits and hyphens, unique. */
  name: string;
  /** `cron(minutes hours day month weekday year)`, `rate(…)` or `at(…)`. */
  schedule: string;
  /** IANA time zone that `schedule` is meant in; daylight saving is followed. @default Etc/UTC */
  timeZone?: string;
  min: number;
  max: number;
}
