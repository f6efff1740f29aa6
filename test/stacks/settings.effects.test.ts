import { expect } from 'chai';
import { readConfiguration } from '../../stacks/plan/configuration.ts';
import { evaluateWith, type Plan } from '../../stacks/plan/evaluate.ts';
import { definitions, type SettingKey } from '../../stacks/settings/index.ts';
import { planOf } from '../support/plans.ts';
import { toDifference } from './difference.ts';
import { type Group, tellingGroups } from './effect-groups.ts';
import { effects, followed } from './effects.ts';

describe('configuration alone changes a stack', function () {
  this.timeout(60_000);
  const base = new Map<string, Plan>();
  /** What the other values of several settings change, each among different others. */
  const changed: (Group & { difference: string })[] = [];
  before(async () => {
    for (const stack of ['dev', 'prod']) base.set(stack, await planOf(stack));
    for (const group of tellingGroups()) {
      const plan = await planOf(group.stack, group.overrides);
      changed.push({ ...group, difference: toDifference(base.get(group.stack) as Plan, plan) });
    }
  });

  it('by every key', () => {
    expect(Object.keys(effects).sort()).to.deep.equal(Object.keys(definitions).sort());
  });

  const overrideOf = (key: string) => effects[key as SettingKey][1].find((one) => one.startsWith(`${key}=`));

  for (const [key, [stack, overrides, change]] of Object.entries(effects)) {
    it(`${key}: ${stack} with ${overrides.join(' ')}, and no other key does`, () => {
      const makers = [key, followed[key as SettingKey]].flatMap((one) => (one && overrideOf(one)) ?? []);
      const groups = changed.filter((group) => group.stack === stack);
      const wanted = groups.filter((group) => makers.some((maker) => group.overrides.includes(maker)));
      const found = groups.filter(({ difference }) =>
        typeof change === 'string' ? difference.split('\n').includes(change) : change.test(difference),
      );
      expect(wanted).not.to.deep.equal([]);
      const settings = (some: Group[]) => some.map((group) => group.overrides.join(' '));
      expect(settings(found)).to.deep.equal(settings(wanted));
    });
  }

  it('and nothing else changes: more CPU is another task definition', async () => {
    const plan = await planOf('dev', ['service.cpu=512', 'service.memory=1024']);
    expect(toDifference(base.get('dev') as Plan, plan).split('\n')).to.deep.equal([
      'from dev to dev: 0 added, 0 removed, 1 changed',
      'a month at rest: 6.55 → 8.75 USD',
      '',
      '~ aws:ecs/taskDefinition:TaskDefinition  api-task-definition',
      '    cpu: 256 → 512',
      '    memory: 512 → 1024',
    ]);
  });

  it('makes a stack of its own of a copied file: only names and tags differ', async () => {
    const copy = await evaluateWith('dev-ann', readConfiguration('dev'));
    const dev = base.get('dev') as Plan;
    const identify = ({ resources }: Plan) => resources.map(({ type, name }) => `${type} ${name}`);
    expect(identify(copy)).to.deep.equal(identify(dev));
    expect(copy.outputs.tables).to.include({ users: 'trellis-dev-ann-users' });
    expect(copy.outputs.apiKeyParameter).to.equal('/trellis/dev-ann/api-key');
  });
});
