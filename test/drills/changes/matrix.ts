import { seededRandom } from '../../../local/commands/sample/random.ts';
import type { Change, Changes } from '../../../stacks/changes/changes.ts';
import type { Evaluation } from '../../../stacks/evaluate/registered.ts';
import { simulatedCloud } from '../../../stacks/plan/cloud.ts';
import { type Configuration, readConfiguration } from '../../../stacks/plan/configuration.ts';
import { evaluateOwn, regionOf } from '../../../stacks/plan/evaluate.ts';
import { definitions, readSettings, type SettingKey } from '../../../stacks/settings/index.ts';
import { compare } from '../../support/compare.ts';
import { configured, valuesOf } from './values.ts';

/** What a change of a setting is, from the mildest. */
export const kinds = ['in place', 'replaces', 'loses data', 'interrupts', 'refused', 'in conflict'] as const;
export type Kind = (typeof kinds)[number];

/** One value of a setting changed to another. */
export interface Pair {
  readonly stack: string;
  readonly key: SettingKey;
  readonly from: string;
  readonly to: string;
  readonly kinds: readonly Kind[];
  readonly conflicts: readonly string[];
  /** Why it is refused, and what to do instead. */
  readonly refusals: readonly string[];
}

export interface Matrix {
  readonly values: number;
  readonly pairs: readonly Pair[];
  /** Values that a stack's settings do not take, whatever stands beside: the sentence tells what to do. */
  readonly refusedValues: readonly { stack: string; key: SettingKey; value: string; sentence: string }[];
}

export const allKeys = Object.keys(definitions) as SettingKey[];
export const stackNames = ['dev', 'prod'] as const;

/** Changes each value of the settings to each other one, in one stack after the other. */
export async function changeAll(
  keys: readonly SettingKey[],
  stacks: readonly string[],
  progress: (line: string) => void,
): Promise<Matrix> {
  const pairs: Pair[] = [];
  const refusedValues: Matrix['refusedValues'][number][] = [];
  let values = 0;
  for (const stack of stacks) {
    const base = readConfiguration(stack);
    const cloud = simulatedCloud(regionOf(base));
    const own = await evaluateOwn(stack, base, cloud);
    for (const [at, key] of keys.entries()) {
      const evaluated = new Map([[settingsOf(base), own]]);
      const evaluations = new Map<string, Evaluation>();
      for (const value of valuesIn(base, key)) {
        const found = configured(base, key, value);
        values += 1;
        if ('refused' in found) {
          refusedValues.push({ stack, key, value: String(value), sentence: found.refused });
          continue;
        }
        const settings = settingsOf(found.configuration);
        const evaluation = evaluated.get(settings) ?? (await evaluateOwn(stack, found.configuration, cloud));
        evaluated.set(settings, evaluation);
        evaluations.set(value ?? '(none)', evaluation);
      }
      for (const [from, before] of evaluations) {
        for (const [to, after] of evaluations) {
          if (from === to) continue;
          pairs.push(pairOf({ stack, key, from, to }, compare(before, after, regionOf(base))));
        }
      }
      progress(
        `${stack} ${at + 1}/${keys.length} ${key}: ${evaluations.size} values, ${pairs.length} pairs so far`,
      );
    }
  }
  return { values, pairs, refusedValues };
}

/** What the settings make the same is evaluated once: a default is the same as leaving it out. */
function settingsOf({ project, config }: Configuration): string {
  return JSON.stringify(readSettings(project, config));
}

/** Also that of the stack's file. */
function valuesIn({ project, config }: Configuration, key: SettingKey): (string | undefined)[] {
  return [...new Set([...valuesOf(key), config[`${project}:${key}`]])];
}

function pairOf(pair: Pick<Pair, 'stack' | 'key' | 'from' | 'to'>, changes: Changes): Pair {
  const told = changes.conflicts.map(({ identity, why }) => ({ why, text: `${identity}: ${why}` }));
  const refusals = told.filter(({ why }) => why.startsWith('refused by protection'));
  const conflicts = told.filter((one) => !refusals.includes(one));
  const found = new Set(changes.changes.flatMap(kindsOf));
  if (refusals.length > 0) found.add('refused');
  if (conflicts.length > 0) found.add('in conflict');
  return {
    ...pair,
    kinds: kinds.filter((kind) => found.has(kind)),
    conflicts: conflicts.map(({ text }) => text),
    refusals: refusals.map(({ text }) => text),
  };
}

/** Another task definition is another revision, which a release brings every time. */
function kindsOf({ action, type, effect }: Change): Kind[] {
  if (effect.startsWith('requests interrupted')) return ['interrupts'];
  if (effect.startsWith('data lost')) return ['loses data'];
  return action.startsWith('replace') && !type.endsWith(':TaskDefinition') ? ['replaces'] : ['in place'];
}

/** What is in conflict, as the drill tells it. */
export function conflictsOf(pairs: readonly Pair[]): string[] {
  return pairs.flatMap(({ stack, key, from, to, conflicts }) =>
    conflicts.map((why) => `${stack}: ${key} from ${from} to ${to}: ${why}`),
  );
}

/** So many settings, the same for the same seed. */
export function chosen(count: number, seed: number): SettingKey[] {
  const random = seededRandom(seed);
  return allKeys
    .map((key) => ({ key, at: random() }))
    .sort((one, other) => one.at - other.at)
    .slice(0, count)
    .map(({ key }) => key);
}

export function summary({ values, pairs, refusedValues }: Matrix): string {
  const counted = kinds.map((kind) => {
    const worst = pairs.filter((pair) => pair.kinds.at(-1) === kind);
    return `${worst.length} ${kind}`;
  });
  const same = pairs.filter((pair) => pair.kinds.length === 0).length;
  return (
    `${values} values, ${refusedValues.length} of them refused by the settings; ${pairs.length} pairs: ` +
    `${same} change nothing, ${counted.join(', ')}`
  );
}
