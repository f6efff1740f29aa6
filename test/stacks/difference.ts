import { monthlyCost } from '../../stacks/plan/cost.ts';
import type { Plan } from '../../stacks/plan/evaluate.ts';

/** What differs between two plans: resources that only one has (`-` the first, `+` the second), and inputs (`~`). */
export function toDifference(from: Plan, to: Plan): string {
  const before = indexed(from);
  const after = indexed(to);
  const keys = [...new Set([...before.keys(), ...after.keys()])].sort();
  const lines = keys.flatMap((key) => {
    const [old, now] = [before.get(key), after.get(key)];
    if (old === undefined) return [`+ ${key}`];
    if (now === undefined) return [`- ${key}`];
    const changed = differences(old, now);
    return changed.length === 0 ? [] : [`~ ${key}`, ...changed];
  });
  const count = (sign: string) => lines.filter((line) => line.startsWith(`${sign} `)).length;
  const outputs = differences(from.outputs, to.outputs);
  return [
    `from ${from.stack} to ${to.stack}: ${count('+')} added, ${count('-')} removed, ${count('~')} changed`,
    `a month at rest: ${monthly(from)} → ${monthly(to)} USD`,
    '',
    ...lines,
    ...(outputs.length === 0 ? [] : ['~ outputs', ...outputs]),
  ].join('\n');
}

function monthly(plan: Plan): string {
  return monthlyCost(plan.resources).total.toFixed(2);
}

function indexed({ resources }: Plan): Map<string, Record<string, unknown>> {
  return new Map(resources.map(({ type, name, inputs }) => [`${type}  ${name}`, inputs]));
}

function differences(old: Record<string, unknown>, now: Record<string, unknown>): string[] {
  const keys = [...new Set([...Object.keys(old), ...Object.keys(now)])].sort();
  return keys
    .filter((key) => JSON.stringify(old[key]) !== JSON.stringify(now[key]))
    .map((key) => `    ${key}: ${scalar(old[key])} → ${scalar(now[key])}`);
}

function scalar(value: unknown): string {
  if (value === undefined) return '(none)';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
