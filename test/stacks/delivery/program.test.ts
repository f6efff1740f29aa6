import { createRequire } from 'node:module';
import { expect } from 'chai';
import { projectDirectory } from '../../../stacks/plan/configuration.ts';
import { only } from '../../components/mocks.ts';
import { deliverWith } from './program.ts';

describe('stacks/delivery', () => {
  it('makes the bucket and the key that must not get lost, and names them', async () => {
    const { resources, outputs } = await deliverWith();
    const bucket = only(resources, 'aws:s3/bucket:Bucket');
    expect([bucket.options.protect, bucket.inputs.forceDestroy]).to.deep.equal([true, false]);
    const versioning = only(resources, 'aws:s3/bucketVersioning:BucketVersioning').inputs;
    expect(versioning.versioningConfiguration).to.deep.equal({ status: 'Enabled' });
    const key = only(resources, 'aws:kms/key:Key');
    expect([key.options.protect, key.inputs.enableKeyRotation]).to.deep.equal([true, true]);
    expect(outputs.stateKey).to.equal(only(resources, 'aws:kms/alias:Alias').inputs.name);
  });

  it('tells the ARNs that GitHub needs, by environment', async () => {
    const { outputs } = await deliverWith();
    expect(Object.keys(outputs.deployRoles)).to.deep.equal(['dev', 'prod']);
    expect(outputs.previewRole).to.match(/^arn:aws:iam::.*github-preview/);
    expect(outputs.boundaries.dev).to.match(/^arn:aws:iam::.*github-boundary-dev/);
    expect(outputs.boundaries.prod).to.match(/^arn:aws:iam::.*github-boundary-prod/);
  });

  it('takes an account’s own provider, other regions, and no preview', async () => {
    const { resources, outputs, deployPolicy } = await deliverWith({
      oidcProviderArn: 'arn:aws:iam::123456789012:oidc-provider/x',
      regions: '["eu-west-1"]',
      previewStack: '',
    });
    expect(resources.some(({ name }) => name === 'github-oidc')).to.equal(false);
    expect(outputs.previewRole).to.contain('none');
    expect(deployPolicy).to.contain('"aws:RequestedRegion":["eu-west-1","us-east-1"]');
    const { assumeRolePolicy } = only(resources, 'aws:iam/role:Role', 'github-deploy-prod').inputs;
    expect(assumeRolePolicy).to.contain('oidc-provider/x');
  });

  it('is what Pulumi starts in its directory, not the program of the stacks', () => {
    const require = createRequire(import.meta.url);
    expect(require.resolve(`${projectDirectory}/stacks/delivery`)).to.match(/stacks\/delivery\/index\.ts$/);
  });
});
