import type { Evaluation } from '../../stacks/evaluate/registered.ts';
import { simulatedCloud } from '../../stacks/plan/cloud.ts';
import { type Configuration, readConfiguration } from '../../stacks/plan/configuration.ts';
import { evaluateOwn, type Plan, planOf as planOfEvaluation, regionOf } from '../../stacks/plan/evaluate.ts';
import { readSettings } from '../../stacks/settings/index.ts';

const plans = new Map<string, Promise<Plan>>();
const evaluations = new Map<string, Promise<Evaluation>>();

/** The plan of a stack, which a process evaluates once. Frozen, since many tests look at it. */
export function planOf(stack: string, overrides: readonly string[] = []): Promise<Plan> {
  const key = JSON.stringify([stack, overrides]);
  const plan =
    plans.get(key) ??
    evaluationOf(stack, overrides).then((evaluation) => freeze(planOfEvaluation(stack, evaluation)));
  plans.set(key, plan);
  return plan;
}

/** The evaluation of a stack, once in a process for all overrides that come to the same settings. */
export function evaluationOf(stack: string, overrides: readonly string[] = []): Promise<Evaluation> {
  return evaluationWith(stack, readConfiguration(stack, [...overrides]));
}

export function evaluationWith(stack: string, configuration: Configuration): Promise<Evaluation> {
  const { project, config, secretKeys } = configuration;
  const region = regionOf(configuration);
  const key = JSON.stringify([stack, region, secretKeys, readSettings(project, config)]);
  const evaluation = evaluations.get(key) ?? evaluateOwn(stack, configuration, simulatedCloud(region));
  evaluations.set(key, evaluation);
  return evaluation;
}

function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const part of Object.values(value)) freeze(part);
  }
  return value;
}
