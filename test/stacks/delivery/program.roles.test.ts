import { expect } from 'chai';
import { only } from '../../components/mocks.ts';
import { account, isAllowed, tagsOf } from '../../support/permissions.ts';
import { deliverWith } from './program.ts';

/** What the deploy role of dev may ask of AWS. */
describe('the role that deploys dev', function () {
  this.timeout(30_000);
  let policy: string;
  let boundary: string;
  let stateBucket: string;

  before(async () => {
    const { resources, outputs } = await deliverWith();
    policy = String(only(resources, 'aws:iam/rolePolicy:RolePolicy', 'github-deploy-dev').inputs.policy);
    boundary = String(outputs.boundaries.dev);
    stateBucket = String(outputs.stateBucket);
  });

  const may = (action: string, resource: string, context: Record<string, string | string[]> = {}) =>
    isAllowed({ policy, action, resource, context: { 'aws:RequestedRegion': 'us-east-1', ...context } });
  const role = (stack: string) => `arn:aws:iam::${account}:role/trellis/${stack}/api-task-1a2b3c4`;
  const tags = (stack: string) => ({ 'aws:RequestTag/project': 'trellis', 'aws:RequestTag/stack': stack });

  it('makes a role below dev, with the tags and the boundary of dev, and no other', async () => {
    const create = (stack: string, tagged: object, under: string) =>
      may('iam:CreateRole', role(stack), { ...tagged, 'iam:PermissionsBoundary': under });
    expect(await create('dev', tags('dev'), boundary)).to.equal(true);
    expect(await create('prod', tags('dev'), boundary), 'path of prod').to.equal(false);
    expect(await create('dev', tags('prod'), boundary), 'tags of prod').to.equal(false);
    expect(await create('dev', {}, boundary), 'without tags').to.equal(false);
    const other = boundary.replace('boundary-dev', 'boundary-prod');
    expect(await create('dev', tags('dev'), other), 'boundary of prod').to.equal(false);
  });

  it('tags its roles, but never as another stack’s', async () => {
    const tag = (context: Record<string, string>) => may('iam:TagRole', role('dev'), context);
    expect(await tag({ 'aws:RequestTag/team': 'x' })).to.equal(true);
    expect(await tag(tags('dev'))).to.equal(true);
    expect(await tag(tags('prod'))).to.equal(false);
    const untag = (keys: string[]) => may('iam:UntagRole', role('dev'), { 'aws:TagKeys': keys });
    expect(await untag(['team'])).to.equal(true);
    expect(await untag(['team', 'stack'])).to.equal(false);
    expect(await untag(['project'])).to.equal(false);
  });

  it('puts a role that exists under its boundary, as when each stack gets its own', async () => {
    const put = (under: string) =>
      may('iam:PutRolePermissionsBoundary', role('dev'), { 'iam:PermissionsBoundary': under });
    expect(await put(boundary)).to.equal(true);
    expect(await put(boundary.replace('-boundary-dev', '-boundary'))).to.equal(false);
  });

  it('makes and fills buckets of dev, and reads none of another stack', async () => {
    for (const [stack, allowed] of [
      ['dev', true],
      ['prod', false],
      ['dev-ann', false],
    ] as const) {
      const bucket = `arn:aws:s3:::trellis--${stack}--media-721c952`;
      expect(await may('s3:CreateBucket', bucket), stack).to.equal(allowed);
      expect(await may('s3:GetObject', `${bucket}/media/1.mp4`), stack).to.equal(allowed);
      expect(await may('s3:PutBucketPolicy', bucket), stack).to.equal(allowed);
    }
  });

  it('reads the token of no connection but dev’s', async () => {
    const read = (stack: string) =>
      may(
        'secretsmanager:GetSecretValue',
        `arn:aws:secretsmanager:us-east-1:${account}:secret:events!connection/trellis--${stack}--ingest-slack-1a2b3c4/1-AbCdEf`,
      );
    expect([await read('dev'), await read('prod')]).to.deep.equal([true, false]);
  });

  it('uses the key of dev through the services that it deploys to, and no other key', async () => {
    const use = (stack: string, action: string, context: Record<string, string>) =>
      may(action, `arn:aws:kms:us-east-1:${account}:key/1`, { ...tagsOf(stack), ...context });
    const s3 = { 'kms:ViaService': 's3.us-east-1.amazonaws.com' };
    const ecr = { 'kms:ViaService': 'ecr.us-east-1.amazonaws.com', 'kms:GrantIsForAWSResource': 'true' };
    expect(await use('dev', 'kms:GenerateDataKey', s3)).to.equal(true);
    expect(await use('dev', 'kms:CreateGrant', ecr)).to.equal(true);
    expect(await use('dev', 'kms:CreateGrant', s3)).to.equal(false);
    expect(await use('dev', 'kms:Decrypt', {})).to.equal(false);
    expect(await use('prod', 'kms:Decrypt', s3)).to.equal(false);
  });

  it('reads the state of dev and its secrets, and no other', async () => {
    const read = (stack: string) =>
      may('s3:GetObject', `arn:aws:s3:::${stateBucket}/${stack}/.pulumi/stacks/trellis/${stack}.json`);
    expect([await read('dev'), await read('prod')]).to.deep.equal([true, false]);
    const decrypt = (stack: string) =>
      may('kms:Decrypt', `arn:aws:kms:us-east-1:${account}:key/${stateBucket}`, {
        'kms:EncryptionContext:stack': stack,
      });
    expect([await decrypt('dev'), await decrypt('prod')]).to.deep.equal([true, false]);
  });
});
