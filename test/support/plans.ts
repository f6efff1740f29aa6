import { evaluate, type Plan } from '../../stacks/plan/evaluate.ts';

const plans = new Map<string, Promise<Plan>>();

/** The plan of a stack, which a test run evaluates once. Frozen, since many tests look at it. */
export function planOf(stack: string, overrides: readonly string[] = []): Promise<Plan> {
  const key = JSON.stringify([stack, overrides]);
  const plan = plans.get(key) ?? evaluate(stack, [...overrides]).then(freeze);
  plans.set(key, plan);
  return plan;
}

function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const part of Object.values(value)) freeze(part);
  }
  return value;
}
