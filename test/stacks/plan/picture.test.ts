import { expect } from 'chai';
import { toPicture } from '../../../stacks/plan/picture.ts';
import { planOf } from '../../support/plans.ts';

describe('the picture of a plan', () => {
  it('shows each component, and an arrow to each that it needs', async () => {
    const plan = await planOf('dev');
    const picture = toPicture(plan);
    const nodes = new Map(
      [...picture.matchAll(/^ {2}(c\d+)\["(.+)<br><small>(.+)<\/small>"\]$/gm)].map(([, id, name, type]) => [
        id as string,
        `${type} ${name}`,
      ]),
    );
    const components = plan.resources.filter(({ type, parent }) => parent === null && /^trellis:/.test(type));
    expect(nodes.size).to.equal(components.length);
    const arrows = [...picture.matchAll(/^ {2}(c\d+) --> (c\d+)$/gm)].map(
      ([, from = '', to = '']) => `${nodes.get(from)} needs ${nodes.get(to)}`,
    );
    expect(arrows).to.include.members([
      'FargateService api needs Network network',
      'FargateService api needs DataStore page',
      'FargateService api needs ContainerImage app',
      'StaticSite site needs FargateService api',
      'IngestPipeline ingest needs DataStore rates',
      'ScanPipeline scans needs DataStore jobs',
    ]);
    expect(arrows.filter((arrow) => /^(DataStore|Network|ContainerImage) /.test(arrow))).to.deep.equal([]);
    expect(arrows.join()).to.not.include('undefined');
  });
});
