import { expect } from 'chai';
import type { Registered } from '../../stacks/evaluate/registered.ts';
import { evaluationOf } from '../support/plans.ts';

describe('the deletion guard of a stack', function () {
  this.timeout(60_000);

  it('is what a destruction comes to first, and alone: where it is protected, nothing is deleted', async () => {
    const resources = await registered('prod');
    expect(firstDeleted(resources).map(({ name }) => name)).to.deep.equal(['deletion-guard']);
    expect(deletedBeforeRefusal(resources)).to.deep.equal([]);
  });

  it('is needed: without it dozens of resources go before the first that is protected', async () => {
    const without = (await registered('prod')).filter(({ name }) => name !== 'deletion-guard');
    const gone = deletedBeforeRefusal(without);
    expect(gone.length).to.be.greaterThan(40);
    expect(gone).to.include.members(['api-service', 'ingest-created', 'site-cdn']);
  });

  it('keeps nothing where the stack is not protected', async () => {
    const resources = await registered('prod', ['deletionProtection=false']);
    expect(resources.filter(({ protect }) => protect)).to.deep.equal([]);
    expect(deletedBeforeRefusal(resources)).to.have.length(resources.length);
    expect(firstDeleted(resources).map(({ name }) => name)).to.deep.equal(['deletion-guard']);
  });
});

/** Without the image that awsx pushes in its own process: the tasks depend on it, by what awsx answers. */
async function registered(stack: string, overrides: string[] = []): Promise<readonly Registered[]> {
  const { resources } = await evaluationOf(stack, overrides);
  return resources.filter(
    ({ read, declared, urn }) => !read && !declared && !urn.includes('::pulumi:pulumi:Stack::'),
  );
}

/**
 * The names that the engine deletes without a preview until it is refused. It deletes in rounds: all on which nothing
 * that is left depends, as a child or by a dependency, at once; and it stops after the round in which it meets what is
 * protected (`ScheduleDeletes` of
 * https://github.com/pulumi/pulumi/blob/master/pkg/resource/deploy/step_generator.go, and `DeleteStep` in step.go beside it).
 */
function deletedBeforeRefusal(resources: readonly Registered[]): string[] {
  const gone: string[] = [];
  for (let left = resources; left.length > 0; ) {
    const round = new Set(firstDeleted(left));
    gone.push(...[...round].filter(({ protect }) => !protect).map(({ name }) => name));
    if ([...round].some(({ protect }) => protect)) return gone;
    left = left.filter((resource) => !round.has(resource));
  }
  return gone;
}

function firstDeleted(resources: readonly Registered[]): Registered[] {
  const needed = new Set(
    resources.flatMap(({ dependencies, parent, propertyDependencies, provider, deletedWith }) => [
      ...dependencies,
      ...Object.values(propertyDependencies).flat(),
      parent,
      provider.replace(/::[^:]*$/, ''),
      deletedWith,
    ]),
  );
  return resources.filter(({ urn }) => !needed.has(urn));
}
