import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { expect } from 'chai';
import { policyDocument, trustPolicy } from '../../components/iam.ts';
import { assertValid, checkExactlyOne, checkOneOf, checkWhole } from '../../components/validation.ts';
import { children, only, record, resolved, statements } from './mocks.ts';

describe('component validation', () => {
  it('says nothing when there is no problem', () => {
    assertValid('DataStore', 'users', [undefined, undefined]);
  });

  it('names component and instance, one problem on the line, several as a list', () => {
    expect(() => assertValid('DataStore', 'users', [undefined, 'no key'])).to.throw(
      /^DataStore "users": no key$/,
    );
    expect(() => assertValid('DataStore', 'users', ['no key', 'no name'])).to.throw(
      /^DataStore "users": \n {2}- no key\n {2}- no name$/,
    );
  });

  it('checks enumerations, whole numbers and exclusive choices', () => {
    expect(checkOneOf('egress', undefined, ['nat'])).to.equal(undefined);
    expect(checkOneOf('egress', 'nat', ['nat'])).to.equal(undefined);
    expect(checkOneOf('egress', 'tunnel', ['nat', 'public'])).to.equal(
      'egress must be one of nat, public, not "tunnel"',
    );
    expect(checkWhole('zones', 2, 2, 3)).to.equal(undefined);
    for (const bad of [1, 4, 2.5, Number.NaN]) {
      expect(checkWhole('zones', bad, 2, 3)).to.equal(`zones must be a whole number from 2 to 3, not ${bad}`);
    }
    expect(checkExactlyOne({ a: {}, b: undefined })).to.equal(undefined);
    expect(checkExactlyOne({ a: undefined, b: undefined })).to.equal(
      'exactly one of a, b must be set, not none',
    );
    expect(checkExactlyOne({ a: {}, b: {} })).to.equal('exactly one of a, b must be set, not a and b');
  });
});

describe('policy documents', () => {
  it('are the same text for the same permissions', async () => {
    const text = await resolved(
      policyDocument([
        {
          sid: 'Items',
          actions: ['dynamodb:PutItem', 'dynamodb:GetItem', 'dynamodb:PutItem'],
          resources: [pulumi.output('arn:aws:dynamodb:eu-west-1:1:table/t')],
          conditions: { StringEquals: { 'aws:SourceAccount': '1' } },
        },
      ]),
    );
    expect(text).to.equal(
      '{"Version":"2012-10-17","Statement":[{"Sid":"Items","Effect":"Allow",' +
        '"Action":["dynamodb:GetItem","dynamodb:PutItem"],"Resource":["arn:aws:dynamodb:eu-west-1:1:table/t"],' +
        '"Condition":{"StringEquals":{"aws:SourceAccount":"1"}}}]}',
    );
  });

  it('refuse wildcard actions, empty statements and "*" for an action that has resources', () => {
    const document = (actions: string[], resources: string[]) => () =>
      policyDocument([{ actions, resources }]);
    expect(document(['s3:Get*'], ['arn'])).to.throw('policy: name each action instead of s3:Get*');
    expect(document([], ['arn'])).to.throw('at least one action and one resource');
    expect(document(['s3:GetObject'], [])).to.throw('at least one action and one resource');
    expect(document(['s3:GetObject'], ['*'])).to.throw('policy: s3:GetObject must name resources');
    expect(document(['ecr:GetAuthorizationToken'], ['*'])).not.to.throw();
  });

  it('trust one service, limited to an account and a resource', async () => {
    const policy = await resolved(
      trustPolicy('ecs-tasks.amazonaws.com', { sourceAccount: '1', sourceArn: 'arn:aws:ecs:eu-west-1:1:*' }),
    );
    expect(statements(policy)).to.deep.equal([
      {
        Effect: 'Allow',
        Action: 'sts:AssumeRole',
        Principal: { Service: 'ecs-tasks.amazonaws.com' },
        Condition: {
          StringEquals: { 'aws:SourceAccount': '1' },
          ArnLike: { 'aws:SourceArn': 'arn:aws:ecs:eu-west-1:1:*' },
        },
      },
    ]);
    expect(statements(await resolved(trustPolicy('ecs-tasks.amazonaws.com')))[0]).not.to.have.property(
      'Condition',
    );
  });
});

describe('the recorder of planned resources', () => {
  const program = () => {
    const role = new aws.iam.Role(
      'role',
      { assumeRolePolicy: '{}' },
      { protect: true, ignoreChanges: ['tags'] },
    );
    new aws.iam.RolePolicy('policy', { role: role.name, policy: pulumi.secret('hush') }, { parent: role });
    return { arn: role.arn };
  };

  it('tells parents, inputs, options, dependencies and outputs; secrets stay hidden', async () => {
    const { resources, outputs } = await record(program);
    expect(children(resources, null)).to.deep.equal(['aws:iam/role:Role role']);
    expect(children(resources, 'role')).to.deep.equal(['aws:iam/rolePolicy:RolePolicy policy']);
    expect(only(resources, 'aws:iam/role:Role').options).to.deep.equal({
      protect: true,
      ignoreChanges: ['tags'],
    });
    expect(only(resources, 'aws:iam/rolePolicy:RolePolicy').inputs.policy).to.equal('[secret]');
    expect(only(resources, 'aws:iam/rolePolicy:RolePolicy').options.dependsOn).to.deep.equal(['role']);
    expect(outputs.arn).to.match(/^arn:aws:iam::123456789012:role\/role-[0-9a-f]{7}$/);
  });

  it('can leave every output unknown, as in the first preview of a stack', async () => {
    const { resources } = await record(program, { unknownOutputs: true });
    expect(only(resources, 'aws:iam/rolePolicy:RolePolicy').inputs.role).to.equal('[unknown]');
  });

  it('passes the errors of a program on', async () => {
    const failure = record(() => assertValid('DataStore', 'users', ['no key']));
    const error = await failure.then(
      () => undefined,
      (reason) => reason,
    );
    expect(String(error)).to.contain('DataStore "users": no key');
  });
});
