import type { Plan } from './evaluate.ts';
import { keptOf } from './kept.ts';
import { review, reviewText } from './review.ts';

/** The plan as other programs read it. */
export function toJson(plan: Plan): string {
  const { stack, resources, outputs } = plan;
  const { cost, findings, quotas } = review(plan);
  const plain = resources.map(({ type, name, parent, inputs }) => ({ type, name, parent, inputs }));
  const kept = keptOf(resources);
  return JSON.stringify({ stack, resources: plain, outputs, cost, findings, quotas, kept }, null, 2);
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
    ...keptText(plan),
    '',
    '* made inside a component of another package; declared in stacks/plan/declared.ts',
  ].join('\n');
}

function keptText({ resources }: Plan): string[] {
  const kept = keptOf(resources);
  if (kept.length === 0) return ['`pulumi destroy` removes everything'];
  return ['`pulumi destroy` keeps', ...kept.map(({ name, type, why }) => `  ${name}  ${type}  ${why}`)];
}

function tree({ resources }: Plan): string[] {
  const depths = new Map<string, number>();
  return resources.map(({ urn, type, name, parent, parentUrn, declared, opaque, options }) => {
    const depth = parent === null ? 0 : (depths.get(parentUrn) ?? 0) + 1;
    depths.set(urn, depth);
    const marks = [declared ? '*' : '', opaque ? 'opaque' : '', options.protect ? 'protected' : ''].filter(
      (mark) => mark !== '',
    );
    return ['  '.repeat(depth) + type, name, ...marks].join('  ');
  });
}

function counts({ resources }: Plan): [string, number][] {
  return [...Map.groupBy(resources, ({ type }) => type)]
    .map(([type, group]): [string, number] => [type, group.length])
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

function scalar(value: unknown): string {
  if (value === undefined) return '(none)';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
