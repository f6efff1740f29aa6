import { checkWhole } from '../validation.ts';
import type { FargateDeploymentArgs } from './deployment-args.ts';

/** ECS's deployment strategies, by the names that arguments and settings use. */
export const strategies = ['rolling', 'blue-green', 'canary', 'linear'] as const;

/** Whether a release shifts the requests from one target group to another, instead of replacing tasks within one. */
export function shiftsTraffic(strategy: string): boolean {
  return strategy !== 'rolling';
}

/** Whether AWS documents the circuit breaker for a strategy; with the others only alarms roll a release back. */
export function breaksCircuit(strategy: string): boolean {
  return strategy === 'rolling' || strategy === 'blue-green';
}

/** The strategies that use an argument; with any other it is refused. */
export const strategiesFor = {
  stepPercent: ['canary', 'linear'],
  stepMinutes: ['canary', 'linear'],
  bakeMinutes: ['blue-green', 'canary', 'linear'],
  testHeader: ['blue-green', 'canary', 'linear'],
} as const satisfies Partial<Record<keyof FargateDeploymentArgs, readonly (typeof strategies)[number][]>>;

/** A problem unless ECS takes this step: at least 1 %, and 3 % with `linear`. */
export function checkStepPercent(label: string, strategy: string, percent: number | undefined) {
  return checkWhole(label, percent, strategy === 'linear' ? 3 : 1, 99);
}

export type DeploymentSettings = ReturnType<typeof deploymentDefaults>;

export function deploymentDefaults(args: FargateDeploymentArgs = {}) {
  const strategy: string = args.strategy ?? 'rolling';
  const stepPercent = args.stepPercent ?? (strategy === 'canary' ? 10 : 25);
  const stepMinutes = args.stepMinutes ?? 5;
  const bakeMinutes = args.bakeMinutes ?? 5;
  const shiftMinutes = minutesOfShift(strategy, stepPercent, stepMinutes, bakeMinutes);
  return {
    strategy,
    stepPercent,
    stepMinutes,
    bakeMinutes,
    shiftMinutes,
    testHeader: args.testHeader,
    minimumHealthyPercent: args.minimumHealthyPercent ?? 100,
    maximumPercent: args.maximumPercent ?? 200,
    maxErrorPercent: args.maxErrorPercent ?? 5,
    alarmNames: args.alarmNames ?? [],
    timeoutMinutes: args.timeoutMinutes ?? 20 + shiftMinutes,
    keepRevisions: args.keepRevisions ?? true,
  };
}

/** Minutes from the first shifted request until the old tasks are stopped, at most. */
function minutesOfShift(strategy: string, percent: number, minutes: number, bake: number): number {
  switch (strategy) {
    case 'canary':
      return minutes + bake;
    case 'linear':
      return Math.ceil(100 / percent) * minutes + bake;
    case 'blue-green':
      return bake;
    default:
      return 0;
  }
}

/** ECS's deployment configuration. `ROLLING` is written out: without it the provider would keep the former strategy. */
export function deploymentConfiguration(settings: DeploymentSettings) {
  const { strategy, stepPercent, stepMinutes, bakeMinutes } = settings;
  const bakeTimeInMinutes = String(bakeMinutes);
  switch (strategy) {
    case 'canary':
      return {
        strategy: 'CANARY',
        bakeTimeInMinutes,
        canaryConfiguration: { canaryPercent: stepPercent, canaryBakeTimeInMinutes: String(stepMinutes) },
      };
    case 'linear':
      return {
        strategy: 'LINEAR',
        bakeTimeInMinutes,
        linearConfiguration: { stepPercent, stepBakeTimeInMinutes: String(stepMinutes) },
      };
    case 'blue-green':
      return { strategy: 'BLUE_GREEN', bakeTimeInMinutes };
    default:
      return { strategy: 'ROLLING' };
  }
}
