import { setTimeout as sleep } from 'node:timers/promises';
import { scalingDefaults } from '../../../components/fargate-service/defaults.ts';
import { readConfiguration } from '../../../stacks/plan/configuration.ts';
import { scalingOf } from '../../../stacks/scaling.ts';
import { readSettings } from '../../../stacks/settings/index.ts';
import type { Fleet } from './fleet.ts';
import { periodsBelow, type TrackingPolicy, wantedTasks } from './target-tracking.ts';

/** CloudWatch's period of ALBRequestCountPerTarget, in seconds. */
const metricPeriod = 60;
/** How far the load goes above what the tasks are meant for. */
const overload = 1.25;

export interface ScalingOptions {
  readonly policy: TrackingPolicy;
  /** Milliseconds of a period of the metric. */
  readonly period: number;
  readonly peakRate: number;
}

/** The policy of a stack, as `pulumi up` would set it, with its times shrunk by the factor.
 * @throws Error when the stack does not track requests per task */
export function scalingOfStack(stack: string, factor: number): ScalingOptions {
  const { project, config } = readConfiguration(stack);
  const chosen = scalingOf(readSettings(project, config)).scaling;
  if (chosen?.targetRequestsPerTask === undefined)
    throw new Error(`the stack ${stack} does not track requests per task`);
  const scaling = scalingDefaults(chosen);
  const { targetRequestsPerTask, min, max } = chosen;
  return {
    policy: {
      target: targetRequestsPerTask * factor,
      min,
      max,
      scaleOutCooldown: scaling.scaleOutCooldownSeconds / metricPeriod,
      scaleInCooldown: scaling.scaleInCooldownSeconds / metricPeriod,
    },
    period: metricPeriod * 1000 * factor,
    peakRate: (min * targetRequestsPerTask * overload) / metricPeriod,
  };
}

/** Raises the load until the policy adds a task, lowers it until the policy has removed it. */
export async function scaling(
  fleet: Fleet,
  { policy, period, peakRate }: ScalingOptions,
  rate: { now: number },
  show: (line: string) => void,
): Promise<string> {
  const usual = rate.now;
  const least = fleet.tasks;
  const metric: number[] = [];
  let [sinceOut, sinceIn] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  let most = least;
  rate.now = peakRate;
  show(`load ${peakRate.toFixed(0)} requests/s`);
  // As many periods as both alarms and cooldowns need, and as many again.
  const patience = 4 * (periodsBelow + policy.scaleInCooldown);
  for (let n = 0; n < patience && (most === least || fleet.tasks > least); n++) {
    const [before, tasks] = [requestsOf(fleet), fleet.tasks];
    await sleep(period);
    metric.push((requestsOf(fleet) - before) / tasks);
    const wanted = wantedTasks(policy, { metric, tasks, sinceOut, sinceIn });
    sinceOut++;
    sinceIn++;
    if (wanted === tasks) continue;
    const latest = metric.at(-1)?.toFixed(0);
    show(
      `${latest} requests per task and period, target ${policy.target.toFixed(0)}: ${tasks} → ${wanted} tasks`,
    );
    await fleet.scaleTo(wanted);
    if (wanted > tasks) sinceOut = 0;
    else sinceIn = 0;
    most = Math.max(most, wanted);
    if (wanted > tasks) {
      rate.now = usual;
      show(`load ${usual} requests/s`);
    }
  }
  rate.now = usual;
  return `${least} → ${most} → ${fleet.tasks} tasks`;
}

/** All that the balancer has sent to the tasks that are registered now. */
function requestsOf(fleet: Fleet): number {
  return fleet.balancer.targets.reduce((sum, { requests }) => sum + requests, 0);
}
