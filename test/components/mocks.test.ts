import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { expect } from 'chai';
import { assertValid } from '../../components/validation.ts';
import { children, only, record } from './mocks.ts';

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
