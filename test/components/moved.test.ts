import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { expect } from 'chai';
import { tookFrom } from '../../components/moved.ts';
import { only, record } from './mocks.ts';

class Inner extends pulumi.ComponentResource {
  constructor(opts: pulumi.ComponentResourceOptions) {
    super('test:index:Inner', 'inner', {}, opts);
    new aws.sqs.Queue('inner-queue', {}, { parent: this, aliases: [{ name: 'first' }] });
  }
}

/** test/stacks/program.renames.test.ts has the aliases of both stacks by their URNs; mocks tell their number alone. */
describe('children that a component took from its parent', () => {
  it('keep their former URNs as aliases beside their own, and the component gets none', async () => {
    const { resources } = await record(() => {
      const outer = new pulumi.ComponentResource('test:index:Outer', 'outer');
      new Inner(tookFrom(outer, (name) => [`${name}-once`]));
    });
    expect(only(resources, 'aws:sqs/queue:Queue').options.aliases).to.equal(3);
    expect(only(resources, 'test:index:Inner').options).not.to.have.property('aliases');
    expect(only(resources, 'test:index:Inner').parent).to.equal('outer');
  });
});
