import { expect } from 'chai';
import fc from 'fast-check';
import { readConfiguration } from '../../stacks/plan/configuration.ts';
import { evaluateWith } from '../../stacks/plan/evaluate.ts';
import { definitions, readSettings, type SettingKey, SettingsError } from '../../stacks/settings/index.ts';
import { examples } from './settings-examples.ts';

const seed = 20261121;
const keys = Object.keys(definitions) as SettingKey[];
const texts = keys.flatMap((key) => [examples[key].good[0], ...examples[key].bad]);

/** A text with one character more, less or other. */
const mistyped = (text: string) =>
  fc.tuple(fc.nat(text.length), fc.nat(1), fc.string({ maxLength: 1 })).map(([at, removed, added]) => {
    return text.slice(0, at) + added + text.slice(at + removed);
  });

const value = (key: SettingKey) =>
  fc.oneof(
    { weight: 3, arbitrary: fc.constant(examples[key].good[0]) },
    { weight: 3, arbitrary: mistyped(examples[key].good[0]) },
    fc.constantFrom(...texts),
    fc.nat(20_000).map(String),
    fc.constantFrom('', 'null', '[]', '[[]]', '[{}]', '{}', '-0', '1e3', 'constructor', '__proto__', 'a\nb'),
    fc.string({ unit: 'binary' }),
    fc.json(),
  );

const values = Object.fromEntries(keys.map((key) => [key, value(key)])) as Record<
  SettingKey,
  fc.Arbitrary<string>
>;

const configuration = (most: number) =>
  fc
    .uniqueArray(fc.constantFrom(...keys), { minLength: 1, maxLength: most })
    .chain((chosen) =>
      fc
        .tuple(...chosen.map((key) => values[key]))
        .map((given) => Object.fromEntries(chosen.map((key, at) => [`trellis:${key}`, given[at] as string]))),
    );

/** The problems of a configuration, none when it is taken. */
function problems(config: Record<string, string>): string[] {
  try {
    readSettings('trellis', config);
    return [];
  } catch (error) {
    expect(error).to.be.instanceOf(SettingsError);
    return (error as Error).message.split('\n  - ').slice(1);
  }
}

const named = (problem: string) => keys.filter((key) => problem.includes(key));

describe('any settings', () => {
  it('are taken, or refused by sentences of which each names its key', () => {
    fc.assert(
      fc.property(configuration(6), (config) => {
        for (const problem of problems(config)) {
          expect(named(problem), problem).not.to.deep.equal([]);
          expect(problem).not.to.match(/\n|undefined|NaN|\[object/);
          expect(problem.length).to.be.below(1000);
        }
      }),
      { seed, numRuns: 2000 },
    );
  });

  it('give a plan when they are taken', async function () {
    this.timeout(60_000);
    // Which zones a region has, AWS alone knows.
    const known = fc.record({ stack: fc.constantFrom('dev', 'prod'), config: configuration(keys.length) });
    await fc.assert(
      fc.asyncProperty(known, async ({ stack, config: { 'trellis:network.zoneNames': _, ...config } }) => {
        const base = readConfiguration(stack);
        const taken = { ...base.config, ...config };
        for (let found = problems(taken); found.length > 0; found = problems(taken)) {
          for (const key of found.flatMap(named)) delete taken[`trellis:${key}`];
        }
        const { resources } = await evaluateWith(stack, { ...base, config: taken });
        expect(resources).not.to.deep.equal([]);
      }),
      { seed, numRuns: 3 },
    );
  });
});
