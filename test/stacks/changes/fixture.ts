import { type Changes, changesOf } from '../../../stacks/changes/changes.ts';
import { Engine } from '../../../stacks/changes/engine.ts';
import type { Foreseen } from '../../../stacks/changes/foresee.ts';
import { type Living, livingOf } from '../../../stacks/changes/living.ts';
import { evaluateInline } from '../../../stacks/evaluate/inline.ts';
import { simulatedCloud } from '../../../stacks/plan/cloud.ts';
import { readConfiguration } from '../../../stacks/plan/configuration.ts';
import { evaluateOwn, planOf } from '../../../stacks/plan/evaluate.ts';
import { compare } from '../../support/compare.ts';
import { evaluationOf } from '../../support/plans.ts';

const region = 'us-east-1';
const target = { project: 'trellis', stack: 'test', config: {}, secretKeys: [] };

/**
 * What happens to what one program has made when another takes its place.
 *
 * @param former names that resources had in the release that made them, by those that the program gives now
 * @param later types of components that this release did not know: their children were those of the component around them,
 * which has the same name
 */
export async function changed(
  before: () => unknown,
  after: () => unknown,
  former: Record<string, string> = {},
  later: string[] = [],
): Promise<Changes> {
  const { changes, conflicts } = await foreseenOf(before, after, former, later);
  return { changes, conflicts };
}

/** The same, with the plan of the program that comes. */
export async function foreseenOf(
  before: () => unknown,
  after: () => unknown,
  former: Record<string, string> = {},
  later: string[] = [],
): Promise<Foreseen> {
  const cloud = simulatedCloud(region);
  const living = livingOf(await evaluateInline(async () => void before(), target, cloud));
  const engine = new Engine(renamed(without(living, later), former), region);
  const plan = planOf('test', await evaluateInline(async () => void after(), target, engine));
  return { stack: 'test', plan, ...changesOf(engine.finish()), costBefore: 1, costAfter: 2 };
}

function renamed(living: Living, former: Record<string, string>): Living {
  const text = Object.entries(former).reduce(
    (all, [now, then]) =>
      all.replaceAll(`::${now}"`, `::${then}"`).replaceAll(`"name":"${now}"`, `"name":"${then}"`),
    JSON.stringify([...living]),
  );
  return new Map(JSON.parse(text));
}

function without(living: Living, later: string[]): Living {
  const known = [...living].filter(([, { resource }]) => !later.includes(resource.type));
  const text = later.reduce((all, type) => all.replaceAll(`$${type}`, ''), JSON.stringify(known));
  return new Map(JSON.parse(text));
}

/** What happens to a stack when other settings than these come on top of its file. */
export async function foreseen(
  stack: string,
  settings: readonly string[],
  others: readonly string[],
): Promise<Changes> {
  return compare(await evaluationOf(stack, settings), await evaluationOf(stack, others), region);
}

/** The same by the way that `npm run plan -- --changes` takes: the program meets what lives while it is evaluated. */
export async function foreseenLive(
  stack: string,
  settings: readonly string[],
  others: readonly string[],
): Promise<Changes> {
  const engine = new Engine(livingOf(await evaluationOf(stack, settings)), region);
  await evaluateOwn(stack, readConfiguration(stack, [...others]), engine);
  return changesOf(engine.finish());
}

/** What happens to a stack when the project has another name, and `pulumi stack rename` has told the state. */
export async function foreseenRenamed(stack: string, project: string): Promise<Changes> {
  const { config, ...rest } = readConfiguration(stack);
  const before = livingOf(await evaluationOf(stack));
  const moved = JSON.stringify([...before]).replaceAll(`::${rest.project}::`, `::${project}::`);
  const keys = Object.entries(config).map(([key, value]) => [
    key.replace(`${rest.project}:`, `${project}:`),
    value,
  ]);
  const engine = new Engine(new Map(JSON.parse(moved)), region);
  await evaluateOwn(stack, { ...rest, project, config: Object.fromEntries(keys) }, engine);
  return changesOf(engine.finish());
}

/** `action name: effect`, without the effect where callers notice nothing. */
export function told({ changes }: Changes): string[] {
  return changes.map(
    ({ action, name, effect }) => `${action} ${name}${effect.startsWith('no effect') ? '' : `: ${effect}`}`,
  );
}
