import { timings } from '../../../contract/timings.ts';
import type { BalancerTimings } from '../../support/balancer.ts';

/** The durations of contract/timings.ts in milliseconds, scaled where noted. */
export interface DrillTimings extends BalancerTimings {
  /** Whole seconds: the service takes no other. */
  readonly drainSeconds: number;
  readonly stopTimeout: number;
  readonly healthCheckGracePeriod: number;
}

/** ECS ignores health checks this long after a task's start (the component's default). */
const healthCheckGracePeriod = 60;

/**
 * Scaled by the factor: interval of the health checks, deregistration delay, draining, grace period. Not scaled:
 * thresholds (counts); the timeout of a check and the stop timeout (a busy laptop is no defect of the service); the idle
 * times of connections, which are fixed in the service.
 *
 * @throws Error when the scaled durations no longer stand to each other as the real ones do
 */
export function scaledTimings(factor: number): DrillTimings {
  const scaled = (seconds: number) => seconds * 1000 * factor;
  const result = {
    healthCheckInterval: scaled(timings.healthCheckInterval),
    healthCheckTimeout: timings.healthCheckTimeout * 1000,
    healthyThreshold: timings.healthyThreshold,
    unhealthyThreshold: timings.unhealthyThreshold,
    deregistrationDelay: scaled(timings.deregistrationDelay),
    idle: timings.balancerIdle * 1000,
    drainSeconds: Math.round(timings.drain * factor),
    stopTimeout: timings.stopTimeout * 1000,
    healthCheckGracePeriod: scaled(healthCheckGracePeriod),
  };
  if (Math.abs(result.drainSeconds * 1000 - scaled(timings.drain)) > 1)
    throw new Error(`the factor ${factor} makes no whole seconds of the ${timings.drain} s of draining`);
  return result;
}
