/** What decides the number of tasks. */
export interface Workload {
  acceptableLatencySeconds: number;
  secondsPerMessage: number;
  maxTasks: number;
}

/**
 * Seconds from a message's arrival until a task works that was started for it: SQS reports once a minute, the alarm needs
 * one period of a minute, and a task on Fargate starts in 30 to 60 s.
 * (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/monitoring-using-cloudwatch.html)
 */
export const reactionSeconds = 180;

/**
 * Messages that each task may have before it. AWS's own formula is acceptable latency by time per message
 * (https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-using-sqs-queue.html); here the latency is what is left of it
 * once the task has started.
 */
export function backlogPerTask({ acceptableLatencySeconds, secondsPerMessage }: Workload): number {
  return Math.max(1, Math.floor((acceptableLatencySeconds - reactionSeconds) / secondsPerMessage));
}

/** One step of a policy: `change` tasks for a metric from `from` to below `to`. Both count from the alarm's threshold, which
 * is one task. */
export interface Step {
  from: number;
  /** Undefined: without a limit. */
  to: number | undefined;
  change: number;
}

/** Application Auto Scaling takes 20 steps a policy (API reference, StepScalingPolicyConfiguration). */
const mostSteps = 20;

/** How many tasks a step adds or removes: each number while that are few enough, else ever larger ones. */
function sizes(maxTasks: number): number[] {
  const last = mostSteps - 1;
  if (maxTasks <= mostSteps) return Array.from({ length: maxTasks }, (_, index) => index + 1);
  const grown = Array.from({ length: mostSteps }, (_, index) => Math.ceil(maxTasks ** (index / last) - 1e-9));
  return [...new Set(grown)];
}

/** Adds the tasks that are missing, or up to the next size more. */
export function stepsOut(maxTasks: number): Step[] {
  const all = sizes(maxTasks);
  return all.map((size, index) => ({
    from: index === 0 ? 0 : (all[index - 1] as number),
    to: index === all.length - 1 ? undefined : size,
    change: size,
  }));
}

/** Removes the tasks that are too many, or up to the next size fewer: the next period removes the rest. */
export function stepsIn(maxTasks: number): Step[] {
  const all = sizes(maxTasks);
  return all.map((size, index) => {
    const next = all[index + 1];
    return { from: size - 1, to: next === undefined ? undefined : next - 1, change: -size };
  });
}

/** What a policy does when its metric is this far above the threshold. */
export function changeAt(steps: readonly Step[], beyond: number): number {
  return steps.find(({ from, to }) => beyond >= from && (to === undefined || beyond < to))?.change ?? 0;
}

/** Seconds over which a policy looks at its metrics. A minute is the shortest that SQS reports. Removing is slower: means of
 * five minutes do not follow single messages, and a task that comes back costs its start. */
export const periods = { out: 60, in: 300 } as const;

/** Seconds after a policy has acted in which only a larger change counts. Tasks that were added need that long to show in
 * the metric; else they would be added twice. */
export const cooldowns = { out: 120, in: 60 } as const;

/** The names under which the expressions below know their metrics. */
export const metricIds = { visible: 'visible', inFlight: 'inflight', running: 'running' } as const;

/** Tasks that the backlog needs and that do not run. `running` counts reports, one a task and minute; without a task ECS
 * reports nothing, hence `FILL`. */
export function shortageExpression(workload: Workload): string {
  return `CEIL(visible / ${backlogPerTask(workload)}) - FILL(running, 0)`;
}

/** Tasks that run and that neither the backlog nor a message in work needs. */
export function surplusExpression(workload: Workload): string {
  const reports = periods.in / 60;
  return `FLOOR(FILL(running, 0) / ${reports} - FILL(visible, 0) / ${backlogPerTask(workload)} - FILL(inflight, 0))`;
}

/** What `shortageExpression` computes. */
export function shortage(workload: Workload, visible: number, running: number): number {
  return Math.ceil(visible / backlogPerTask(workload)) - running;
}

/** What `surplusExpression` computes, from the means of its period. */
export function surplus(workload: Workload, visible: number, inFlight: number, running: number): number {
  return Math.floor(running - visible / backlogPerTask(workload) - inFlight);
}

/** The backlog per task that an expression of `shortageExpression` was made for; undefined if it is none. */
export function backlogOf(expression: string): number | undefined {
  const [, found] = /^CEIL\(visible \/ (\d+)\)/.exec(expression) ?? [];
  return found === undefined ? undefined : Number(found);
}
