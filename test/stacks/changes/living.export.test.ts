import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { expect } from 'chai';
import { type Changes, changesOf } from '../../../stacks/changes/changes.ts';
import { Engine } from '../../../stacks/changes/engine.ts';
import { livingOfExport } from '../../../stacks/changes/living.ts';
import { readConfiguration } from '../../../stacks/plan/configuration.ts';
import { evaluateOwn } from '../../../stacks/plan/evaluate.ts';

/** What must survive an upgrade of this program. */
const precious = [
  'aws:lb/loadBalancer:LoadBalancer',
  'aws:lb/listener:Listener',
  'aws:lb/targetGroup:TargetGroup',
  'aws:ecs/service:Service',
  'aws:dynamodb/table:Table',
  'aws:s3/bucket:Bucket',
  'aws:cloudfront/distribution:Distribution',
  'aws:ec2/vpc:Vpc',
];

/**
 * What `pulumi stack export` said of both stacks when an early release (80d40d3) had been brought up by Pulumi's engine,
 * with an AWS provider of the 5.31 generation. It lacks inputs that this provider did not know.
 */
async function upgrade(stack: string): Promise<Changes> {
  const file = new URL(`export-${stack}.json.gz`, import.meta.url);
  const engine = new Engine(livingOfExport(gunzipSync(readFileSync(file)).toString()), 'us-east-1', {
    isExport: true,
  });
  await evaluateOwn(stack, readConfiguration(stack), engine);
  return changesOf(engine.finish());
}

describe('a stack of an early release', () => {
  for (const stack of ['dev', 'prod']) {
    let upgraded: Changes;
    before(async () => {
      upgraded = await upgrade(stack);
    });

    it(`comes to this program without a conflict, and loses nothing: ${stack}`, () => {
      const { changes, conflicts } = upgraded;
      expect(conflicts).to.deep.equal([]);
      const lost = changes.filter(
        ({ type, action }) => precious.includes(type) && /^(create|delete|replace)/.test(action),
      );
      expect(lost.map(({ action, name }) => `${action} ${name}`)).to.deep.equal([]);
      expect(changes.filter(({ effect }) => effect.startsWith('data lost'))).to.deep.equal([]);
    });

    it(`may have other answers of data sources than those here: ${stack}`, () => {
      const { changes } = upgraded;
      const sources = changes.filter(({ name }) => name === 'site-to-load-balancer');
      expect(sources.map(({ action, effect }) => `${action}: ${effect}`)).to.deep.equal(
        stack === 'prod' ? ['may change: no effect on callers'] : [],
      );
    });

    it(`keeps all that awsx made of its VPC, under names of its own: ${stack}`, () => {
      const { changes } = upgraded;
      const network = changes.filter(({ urn }) => urn.includes('aws:ec2/vpc:Vpc'));
      expect(new Set(network.map(({ action }) => action))).to.deep.equal(new Set(['update']));
      for (const { because } of network) expect(because).to.deep.equal(['tags: Name']);
    });
  }
});
