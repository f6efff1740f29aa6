import { expect } from 'chai';
import { readConfiguration } from '../../stacks/plan/configuration.ts';
import { evaluateWith, type Plan } from '../../stacks/plan/evaluate.ts';
import { definitions } from '../../stacks/settings/index.ts';
import { planOf } from '../support/plans.ts';
import { toDifference } from './difference.ts';
import { effects } from './effects.ts';

describe('configuration alone changes a stack', () => {
  const base = new Map<string, Plan>();
  before(async () => {
    for (const stack of ['dev', 'prod']) base.set(stack, await planOf(stack));
  });

  it('by every key', () => {
    expect(Object.keys(effects).sort()).to.deep.equal(Object.keys(definitions).sort());
  });

  for (const [key, [stack, overrides, change]] of Object.entries(effects)) {
    it(`${key}: ${stack} with ${overrides.join(' ')}`, async () => {
      const difference = toDifference(base.get(stack) as Plan, await planOf(stack, overrides));
      const lines = difference.split('\n');
      if (typeof change === 'string') expect(lines).to.include(change);
      else expect(difference).to.match(change);
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
