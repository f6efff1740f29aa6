import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { buildSite } from '../../site/build.ts';
import { evaluateProgram } from '../../stacks/evaluate/program.ts';
import type { Evaluation } from '../../stacks/evaluate/registered.ts';
import { plain } from '../../stacks/evaluate/values.ts';
import { simulatedCloud } from '../../stacks/plan/cloud.ts';
import { projectDirectory, readConfiguration } from '../../stacks/plan/configuration.ts';
import { evaluationOf } from '../support/plans.ts';

const directory = fileURLToPath(new URL('foreign', import.meta.url));

function foreign(config: Record<string, string> = { 'foreign:location': 'EU' }): Promise<Evaluation> {
  return evaluateProgram(
    { directory, typescript: false },
    {
      project: 'foreign',
      stack: 'test',
      config: { 'foreign:password': 'correct-horse', ...config },
      secretKeys: ['foreign:password'],
    },
    simulatedCloud('us-east-1'),
  );
}

describe('the evaluator', function () {
  this.timeout(60_000);

  it('hears of another program what the engine would', async () => {
    const { resources, outputs } = await foreign();
    const group = 'urn:pulumi:test::foreign::foreign:index:Group::group';
    const first = 'urn:pulumi:test::foreign::foreign:index:Group$gcp:storage/bucket:Bucket::group-first';
    const second = 'urn:pulumi:test::foreign::gcp:storage/bucket:Bucket::second';
    const entry = 'urn:pulumi:test::foreign::awsx:lb:ApplicationLoadBalancer::entry';
    expect(resources.map(({ urn }) => urn)).to.have.members([entry, group, first, second]);
    const of = (wanted: string) => resources.find(({ urn }) => urn === wanted);
    expect(of(group)).to.include({ custom: false, protect: true });
    expect(of(group)?.aliases).to.deep.equal(['urn:pulumi:test::foreign::foreign:index:Group::old-group']);
    expect(of(first)).to.include({ custom: true, protect: true, deleteBeforeReplace: true, parent: group });
    expect(of(first)?.aliases).to.deep.equal([
      'urn:pulumi:test::foreign::foreign:index:Group$gcp:storage/bucket:Bucket::old-group-first',
    ]);
    expect(of(second)).to.include({ protect: false, custom: true });
    expect(of(second)?.ignoreChanges).to.deep.equal(['labels']);
    expect(of(second)?.propertyDependencies.logsTo).to.deep.equal([first]);
    expect(of(second)?.dependencies).to.include(first);
    expect(plain(of(second)?.inputs)).to.deep.equal({
      labels: { team: 'a' },
      logsTo: '[unknown]',
      // A transform hands a reference on as its URN.
      owner: group,
      password: '[secret]',
      size: 3,
    });
    expect(plain(outputs)).to.deep.equal({ name: 'second-16367aa', url: '[unknown]' });
  });

  it('ends with the name of a data source that has no answer', async () => {
    const error = await foreign({ 'foreign:location': 'EU', 'foreign:ask': 'true' }).catch(
      (reason) => reason,
    );
    expect(String(error)).to.contain('gcp:project:getThing');
  });

  it('ends with what the program says of its configuration', async () => {
    const error = await foreign({}).catch((reason) => reason);
    expect(String(error)).to.contain("Missing required configuration variable 'foreign:location'");
  });

  it('hears the same of this program in a process of its own and within this one', async () => {
    await buildSite();
    const target = { stack: 'dev', ...readConfiguration('dev') };
    const heard = ({ resources, outputs }: Evaluation) => ({
      resources: new Map(resources.map((resource) => [resource.urn, resource])),
      outputs: plain(outputs),
    });
    const apart = heard(
      await evaluateProgram(
        { directory: projectDirectory, typescript: false },
        target,
        simulatedCloud('us-east-1'),
      ),
    );
    const within = heard(await evaluationOf('dev'));
    expect(within.outputs).to.deep.equal(apart.outputs);
    expect([...within.resources.keys()].sort()).to.deep.equal([...apart.resources.keys()].sort());
    for (const [urn, resource] of within.resources) {
      expect(resource, urn).to.deep.equal(apart.resources.get(urn));
    }
  });
});
