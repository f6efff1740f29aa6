import { expect } from 'chai';
import { changesOf } from '../../stacks/changes/changes.ts';
import { Engine } from '../../stacks/changes/engine.ts';
import { livingOf } from '../../stacks/changes/living.ts';
import type { Evaluation } from '../../stacks/evaluate/registered.ts';
import { readConfiguration } from '../../stacks/plan/configuration.ts';
import { evaluateOwn } from '../../stacks/plan/evaluate.ts';
import { definitions, type SettingKey } from '../../stacks/settings/index.ts';
import { compare } from '../support/compare.ts';
import { evaluationWith } from '../support/plans.ts';
import { kindsOf, readKinds } from './changes/kinds.ts';
import { changeAll, chosen, conflictsOf, type Matrix, type Pair } from './changes/matrix.ts';
import { configured } from './changes/values.ts';

const region = 'us-east-1';

// npm run drill:changes is the whole of it: every setting, in both stacks.
describe('a change of any setting', function () {
  this.timeout(60_000);
  const keys = chosen(4, 20261121);
  let matrix: Matrix;
  before(async () => {
    matrix = await changeAll(keys, ['dev', 'prod'], () => {});
  });

  it('goes without conflict, or is refused with what to do instead', () => {
    expect(conflictsOf(matrix.pairs)).to.deep.equal([]);
    for (const { sentence } of matrix.refusedValues) expect(sentence).to.match(/must|needs|excludes?/);
    for (const { refusals } of matrix.pairs)
      for (const one of refusals) expect(one).to.match(/in a step of its own/);
  });

  it('is what docs/settings.md tells of it', () => {
    const told = readKinds();
    for (const [key, found] of Object.entries(kindsOf(matrix.pairs))) {
      expect(told[key as SettingKey], `${key}: npm run drill:changes -- --write`).to.deep.equal(found);
    }
    expect(Object.keys(told)).to.have.members(Object.keys(definitions));
  });

  for (const [stack, key, from, to] of [
    ['dev', 'service.exposure', 'public-load-balancer', 'http-api'],
    ['prod', 'network.cidrBlock', undefined, '10.1.0.0/16'],
  ] as const) {
    it(`compared is the same as evaluated against the stack that lives: ${key}`, async () => {
      const evaluations: Evaluation[] = [];
      const base = readConfiguration(stack);
      const given = [from, to].map((value) => configured(base, key, value));
      const configurations = given.flatMap((one) => ('configuration' in one ? one.configuration : []));
      for (const one of configurations) evaluations.push(await evaluationWith(stack, one));
      const [before, after] = evaluations as [Evaluation, Evaluation];
      const engine = new Engine(livingOf(before), region);
      await evaluateOwn(stack, configurations[1] as (typeof configurations)[number], engine);
      const expected = changesOf(engine.finish());
      const compared = compare(before, after, region);
      expect(compared.changes).to.have.deep.members(expected.changes);
      expect(compared.conflicts).to.have.deep.members(expected.conflicts);
    });
  }
});

describe('the drill of changes', () => {
  it('tells each conflict', () => {
    const pair = { stack: 'dev', key: 'service.exposure', from: 'a', to: 'b', refusals: [] } as const;
    const pairs: Pair[] = [
      { ...pair, kinds: ['in conflict'], conflicts: ['port 80: taken'] },
      { ...pair, kinds: [], conflicts: [] },
    ];
    expect(conflictsOf(pairs)).to.deep.equal(['dev: service.exposure from a to b: port 80: taken']);
  });
});
