import * as aws from '@pulumi/aws';
import { expect } from 'chai';
import { Secret } from '../../../components/secret/index.ts';
import { findings } from '../../../stacks/policy/index.ts';
import { ofType, only, record, statements } from '../mocks.ts';

const parameterType = 'aws:ssm/parameter:Parameter';
const key = 'arn:aws:kms:us-east-1:123456789012:key/1';

describe('Secret', () => {
  it('is an encrypted parameter, and breaks no rule of the policy', async () => {
    const { resources, outputs } = await record(() => {
      const secret = new Secret('token', {
        value: 'a',
        parameterName: '/shop/token',
        description: 'A token',
      });
      return { arn: secret.parameterArn, name: secret.parameterName, version: secret.version };
    });
    expect(only(resources, parameterType).inputs).to.deep.equal({
      name: '/shop/token',
      description: 'A token',
      type: 'SecureString',
      value: '[secret]',
    });
    expect(outputs).to.deep.equal({
      arn: 'arn:aws:ssm:us-east-1:123456789012:parameter/shop/token',
      name: '/shop/token',
      version: 1,
    });
    expect(findings(resources, 'production')).to.deep.equal([]);
  });

  it('grants to read it, and to use its key through SSM', async () => {
    const { resources, outputs } = await record(() => {
      const role = new aws.iam.Role('report', { assumeRolePolicy: '{}' });
      const secret = new Secret('token', { value: 'a', parameterName: '/shop/token', keyArn: key });
      secret.grantRead('report', role);
      return secret.readPolicyJson;
    });
    const policies = ofType(resources, 'aws:iam/rolePolicy:RolePolicy');
    expect(policies.map(({ name, parent }) => [name, parent])).to.deep.equal([
      ['token-report', 'token'],
      ['token-report-key-use', 'token'],
    ]);
    expect(policies.flatMap(({ inputs }) => statements(inputs.policy))).to.deep.equal(statements(outputs));
    const [read, use] = statements(outputs);
    expect(read).to.deep.include({
      Action: ['ssm:GetParameter', 'ssm:GetParameters'],
      Resource: ['arn:aws:ssm:us-east-1:123456789012:parameter/shop/token'],
    });
    expect(use).to.deep.include({
      Action: ['kms:Decrypt'],
      Resource: [key],
      Condition: { StringEquals: { 'kms:ViaService': 'ssm.us-east-1.amazonaws.com' } },
    });
    expect(only(resources, parameterType).inputs.keyId).to.equal(key);
  });
});
