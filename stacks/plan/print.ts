import { monthlyCost } from './cost.ts';
import { keyOf, type Plan } from './evaluate.ts';
import { review, reviewText } from './review.ts';

/** The plan as other programs read it. */
export function toJson(plan: Plan): string {
  const { stack, resources, outputs } = plan;
  const { cost, findings } = review(plan);
  const plain = resources.map(({ type, name, parent, inputs }) => ({ type, name, parent, inputs }));
  return JSON.stringify({ stack, resources: plain, outputs, cost, findings }, null, 2);
}

/** The plan as people read it: the tree, how many of each type, what it costs and which rules it breaks. */
export function toText(plan: Plan): string {
  const { stack, resources, outputs } = plan;
  return [
    `stack ${stack}: ${resources.length} resources`,
    '',
    ...tree(plan),
    '',
    'by type',
    ...counts(plan).map(([type, count]) => `${String(count).padStart(5)}  ${type}`),
    '',
    'outputs',
    ...Object.entries(outputs).map(([name, value]) => `  ${name}: ${scalar(value)}`),
    '',
    ...reviewText(review(plan)),
    '',
    '* made inside a component of another package; declared in stacks/plan/opaque.ts',
  ].join('\n');
}

function tree({ resources }: Plan): string[] {
  const depths = new Map<string, number>();
  return resources.map(({ type, name, parent, parentType, declared, options }) => {
    const depth = parent === null ? 0 : (depths.get(keyOf(parentType, parent)) ?? 0) + 1;
    depths.set(keyOf(type, name), depth);
    const marks = [declared ? '*' : '', options.protect ? 'protected' : ''].filter((mark) => mark !== '');
    return ['  '.repeat(depth) + type, name, ...marks].join('  ');
  });
}

function counts({ resources }: Plan): [string, number][] {
  return [...Map.groupBy(resources, ({ type }) => type)]
    .map(([type, group]): [string, number] => [type, group.length])
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

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
