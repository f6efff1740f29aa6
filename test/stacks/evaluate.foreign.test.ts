import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { changesOf } from '../../stacks/changes/changes.ts';
import { Engine } from '../../stacks/changes/engine.ts';
import { livingOf } from '../../stacks/changes/living.ts';
import { evaluateProgram } from '../../stacks/evaluate/program.ts';
import type { Cloud, Evaluation } from '../../stacks/evaluate/registered.ts';
import { simulatedCloud } from '../../stacks/plan/cloud.ts';
import { monthlyCost } from '../../stacks/plan/cost.ts';
import { planOf } from '../../stacks/plan/evaluate.ts';
import { toText } from '../../stacks/plan/print.ts';

const directory = fileURLToPath(new URL('foreign', import.meta.url));

function evaluate(location: string, cloud: Cloud) {
  return evaluateProgram(
    { directory, typescript: false },
    {
      project: 'foreign',
      stack: 'test',
      config: { 'foreign:location': location, 'foreign:password': 'correct-horse' },
      secretKeys: ['foreign:password'],
    },
    cloud,
  );
}

describe('a program of somebody else', function () {
  this.timeout(60_000);
  let inEurope: Evaluation;
  before(async () => {
    inEurope = await evaluate('EU', simulatedCloud('us-east-1'));
  });

  it('is planned: what nobody has priced is listed, what is opaque is marked', () => {
    const plan = planOf('test', inEurope);
    expect(monthlyCost(plan.resources).unpriced).to.deep.equal([
      'awsx:lb:ApplicationLoadBalancer',
      'gcp:storage/bucket:Bucket',
    ]);
    const text = toText(plan);
    expect(text).to.match(/^awsx:lb:ApplicationLoadBalancer {2}entry {2}opaque$/m);
    expect(text).to.contain(
      'not counted, since unpriced: awsx:lb:ApplicationLoadBalancer, gcp:storage/bucket:Bucket',
    );
    expect(text).not.to.contain('correct-horse');
  });

  it('has its change foreseen, as far as anything is known of its types', async () => {
    const engine = new Engine(livingOf(inEurope), 'us-east-1');
    await evaluate('US', engine);
    expect(changesOf(engine.finish())).to.deep.equal({
      changes: [
        {
          urn: 'urn:pulumi:test::foreign::foreign:index:Group$gcp:storage/bucket:Bucket::group-first',
          type: 'gcp:storage/bucket:Bucket',
          name: 'group-first',
          action: 'may replace',
          because: ['location: EU → US', 'may replace, what replaces gcp:storage/bucket:Bucket is not known'],
          effect: 'not known: no table has facts of gcp:storage/bucket:Bucket',
        },
        {
          urn: 'urn:pulumi:test::foreign::gcp:storage/bucket:Bucket::second',
          type: 'gcp:storage/bucket:Bucket',
          name: 'second',
          action: 'may replace',
          because: [
            'logsTo: [unknown] → [unknown], may differ',
            'may replace, what replaces gcp:storage/bucket:Bucket is not known',
          ],
          effect: 'not known: no table has facts of gcp:storage/bucket:Bucket',
        },
      ],
      conflicts: [],
    });
  });
});
