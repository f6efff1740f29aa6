import { expect } from 'chai';
import { DeployRoles, type DeployRolesArgs } from '../../../components/deploy-roles/index.ts';
import { children, only, type PlannedResource, record, statements } from '../mocks.ts';

const args: DeployRolesArgs = {
  repository: 'example/shop',
  environments: [{ name: 'dev' }, { name: 'production', stack: 'prod' }],
  previewStack: 'dev',
  stateBucketArn: 'arn:aws:s3:::state',
  stateKeyArn: 'arn:aws:kms:us-east-1:123456789012:key/1',
  regions: ['eu-west-1'],
};

const role = 'aws:iam/role:Role';
const policy = 'aws:iam/rolePolicy:RolePolicy';

async function resourcesOf(changes: Partial<DeployRolesArgs> = {}): Promise<PlannedResource[]> {
  const { resources } = await record(() => void new DeployRoles('ci', { ...args, ...changes }));
  return resources;
}

function statementsOf(resources: PlannedResource[], type: string, name: string, key = 'policy') {
  return statements(only(resources, type, name).inputs[key]);
}

describe('DeployRoles', () => {
  it('is a provider, a preview role, and a boundary and a role per environment', async () => {
    expect(children(await resourcesOf(), 'ci')).to.deep.equal([
      'aws:iam/openIdConnectProvider:OpenIdConnectProvider ci-oidc',
      'aws:iam/policy:Policy ci-boundary-dev',
      'aws:iam/policy:Policy ci-boundary-production',
      'aws:iam/role:Role ci-deploy-dev',
      'aws:iam/role:Role ci-deploy-production',
      'aws:iam/role:Role ci-preview',
      'aws:iam/rolePolicy:RolePolicy ci-deploy-dev',
      'aws:iam/rolePolicy:RolePolicy ci-deploy-production',
      'aws:iam/rolePolicy:RolePolicy ci-preview',
    ]);
  });

  it('uses the provider that the account has, and makes no preview role unasked', async () => {
    const provider = 'arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com';
    const resources = await resourcesOf({ oidcProviderArn: provider, previewStack: undefined });
    expect(resources.filter(({ name }) => /oidc|preview/.test(name))).to.deep.equal([]);
    const [trust] = statementsOf(resources, role, 'ci-deploy-dev', 'assumeRolePolicy');
    expect(trust?.Principal).to.deep.equal({ Federated: provider });
  });

  for (const [name, subject] of [
    ['ci-preview', 'pull_request'],
    ['ci-deploy-dev', 'environment:dev'],
    ['ci-deploy-production', 'environment:production'],
  ] as const) {
    it(`${name} trusts tokens of one subject and audience alone`, async () => {
      const trusted = statementsOf(await resourcesOf(), role, name, 'assumeRolePolicy');
      expect(trusted).to.have.length(1);
      expect(trusted[0]).to.deep.include({ Effect: 'Allow', Action: 'sts:AssumeRoleWithWebIdentity' });
      expect(trusted[0]?.Condition).to.deep.equal({
        StringEquals: {
          'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com',
          'token.actions.githubusercontent.com:sub': `repo:example/shop:${subject}`,
        },
      });
    });
  }

  it('lets a deployment make and pass on roles of its path, under the boundary, alone', async () => {
    const resources = await resourcesOf();
    const allowed = statementsOf(resources, policy, 'ci-deploy-production').filter(
      ({ Effect, Action }) => Effect === 'Allow' && [Action].flat().some((a) => /^iam:|^\*/.test(String(a))),
    );
    const own = 'arn:aws:iam::123456789012:role/trellis/prod/*';
    const bySid = Object.fromEntries(allowed.map((statement) => [statement.Sid, statement]));
    expect(Object.keys(bySid)).to.deep.equal([
      'NewRoles',
      'TagRoles',
      'UntagRoles',
      'BoundedRoles',
      'Roles',
      'PassRoles',
      'ServiceLinkedRoles',
    ]);
    for (const sid of Object.keys(bySid).slice(0, -1)) expect(bySid[sid]?.Resource, sid).to.equal(own);
    expect(bySid.BoundedRoles?.Action).to.include.members(['iam:PutRolePolicy']);
    for (const sid of ['NewRoles', 'BoundedRoles']) {
      const boundary = bySid[sid]?.Condition as { StringEquals: Record<string, string> };
      expect(boundary.StringEquals['iam:PermissionsBoundary'], sid).to.match(
        /^arn:aws:iam::\d+:policy\/.*ci-boundary-production/,
      );
    }
    // What gives permissions is not in the statement that does not ask for the boundary.
    expect(bySid.Roles?.Action).not.to.include.members(['iam:CreateRole']);
    expect(JSON.stringify(bySid.Roles?.Action)).not.to.match(
      /:(Put|Attach|Detach|Create)|Boundary|DeleteRolePolicy/,
    );
    expect(bySid.PassRoles?.Condition).to.have.nested.property('StringEquals.iam:PassedToService');
    expect(JSON.stringify(allowed)).not.to.match(
      /DeleteRolePermissionsBoundary|PolicyVersion|:CreatePolicy|User/,
    );
    // The deploy roles themselves are elsewhere.
    expect(only(resources, role, 'ci-deploy-production').inputs.path).to.equal('/trellis-delivery/');
  });

  it('lets a deployment reach the state of its own stack alone', async () => {
    const deploy = statementsOf(await resourcesOf(), policy, 'ci-deploy-production');
    const bySid = Object.fromEntries(deploy.map((statement) => [statement.Sid, statement]));
    expect(bySid.State?.Resource).to.equal('arn:aws:s3:::state/prod/*');
    expect(bySid.StateSecrets?.Condition).to.deep.equal({
      StringEquals: { 'kms:EncryptionContext:stack': 'prod' },
    });
    expect(bySid.Buckets).to.deep.include({
      Action: ['s3:*'],
      Resource: ['arn:aws:s3:::trellis--prod--*'],
    });
    expect(bySid.Keys?.NotResource).to.deep.equal([args.stateKeyArn]);
    expect(bySid.NoOtherStack).to.deep.include({ Effect: 'Deny', Action: ['*'], Resource: '*' });
    expect(bySid.NoOtherStack?.Condition).to.have.nested.property(
      'StringNotEquals.aws:ResourceTag/stack',
      'prod',
    );
    expect(bySid.Services?.Condition).to.deep.equal({
      StringEquals: { 'aws:RequestedRegion': ['eu-west-1', 'us-east-1'] },
    });
  });

  it('allows nobody everything, and fits the limits of IAM', async () => {
    const resources = await resourcesOf();
    for (const { name, inputs } of resources.filter(({ type }) => type === policy)) {
      for (const { Effect, Action } of statements(inputs.policy)) {
        if (Effect === 'Allow') expect([Action].flat(), name).not.to.include('*');
      }
      expect(String(inputs.policy).length, name).to.be.lessThan(10_240);
    }
    for (const environment of ['dev', 'production']) {
      const boundary = only(resources, 'aws:iam/policy:Policy', `ci-boundary-${environment}`).inputs.policy;
      expect(String(boundary).length).to.be.at.most(6144);
      const allowed = statements(boundary).filter(({ Effect }) => Effect === 'Allow');
      expect(JSON.stringify(allowed.map(({ Action }) => Action))).not.to.match(/iam:|sts:|\*/);
    }
  });

  it('fits them with the earlier names of ten buckets, and gives those to their stack alone', async () => {
    const earlierNames = Array.from({ length: 10 }, (_, n) => `arn:aws:s3:::${'x'.repeat(62)}${n}`);
    const resources = await resourcesOf({ environments: [{ name: 'dev' }, { name: 'prod', earlierNames }] });
    const boundary = (name: string) => String(only(resources, 'aws:iam/policy:Policy', name).inputs.policy);
    expect(boundary('ci-boundary-prod').length).to.be.at.most(6144);
    expect(boundary('ci-boundary-prod')).to.contain(`${earlierNames[9]}/*`);
    expect(boundary('ci-boundary-dev')).not.to.contain(earlierNames[9]);
  });

  it('keeps the boundary that stacks shared, as it is, only when asked to', async () => {
    const shared = only(await resourcesOf({ sharedBoundary: true }), 'aws:iam/policy:Policy', 'ci-boundary');
    expect(shared.options.ignoreChanges).to.deep.equal(['policy']);
    expect(statements(shared.inputs.policy).map(({ Effect }) => Effect)).to.deep.equal(['Deny']);
  });

  it('lets a preview read, and change nothing', async () => {
    const preview = statementsOf(await resourcesOf(), policy, 'ci-preview');
    const actions = preview.flatMap(({ Action }) => [Action].flat().map(String));
    for (const action of actions) expect(action).to.match(/^[a-z0-9]+:(Describe|Get|List|Decrypt)/);
    expect(preview.find(({ Sid }) => Sid === 'State')?.Resource).to.equal('arn:aws:s3:::state/dev/*');
  });

  it('reports every problem at once', () => {
    const wrong: DeployRolesArgs = {
      ...args,
      repository: 'example/*',
      environments: [{ name: 'dev' }, { name: 'Prod', stack: 'dev', earlierNames: ['*'] }],
      previewStack: '*',
      regions: ['Ireland'],
    };
    expect(() => new DeployRoles('ci', wrong)).to.throw(
      'DeployRoles "ci": \n' +
        '  - repository must be owner/name, without wildcards, not "example/*"\n' +
        '  - environments: name must be 1 to 40 lower-case letters and digits, with single hyphens between, not "Prod"\n' +
        '  - environments: earlierNames of Prod: "*" is no ARN of a bucket, API destination or secret\n' +
        '  - stacks of environments must differ: dev, dev\n' +
        '  - previewStack must be 1 to 40 lower-case letters and digits, with single hyphens between, not "*"\n' +
        '  - regions: "Ireland" is no region',
    );
    expect(() => new DeployRoles('ci', { ...args, environments: [] })).to.throw('must name at least one');
  });
});
