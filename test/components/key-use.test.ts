import { expect } from 'chai';
import { type KeyUse, useKey } from '../../components/key-use.ts';
import { record, resolved } from './mocks.ts';

const key = 'arn:aws:kms:us-east-1:1:key/1';

async function statement(use: KeyUse) {
  const found: unknown[] = [];
  await record(async () => {
    const [one] = useKey(key, use);
    found.push(await resolved(one as never));
  });
  return found[0] as { actions: string[]; resources: string[]; conditions: Record<string, unknown> };
}

describe('the use of a customer key', () => {
  for (const [use, service, actions] of [
    ['read objects', 's3', ['Decrypt']],
    ['write objects', 's3', ['Decrypt', 'GenerateDataKey']],
    ['send messages', 'sqs', ['Decrypt', 'GenerateDataKey']],
    ['receive messages', 'sqs', ['Decrypt']],
    [
      'use tables',
      'dynamodb',
      ['Decrypt', 'DescribeKey', 'Encrypt', 'GenerateDataKey', 'ReEncryptFrom', 'ReEncryptTo'],
    ],
  ] as const)
    it(`to ${use} is through ${service} alone`, async () => {
      const { actions: allowed, resources, conditions } = await statement(use);
      expect(allowed).to.deep.equal(actions.map((action) => `kms:${action}`));
      expect(resources).to.deep.equal([key]);
      expect(conditions).to.deep.equal({
        StringEquals: { 'kms:ViaService': `${service}.us-east-1.amazonaws.com` },
      });
    });

  it('needs no permission where there is no key', () => {
    expect(useKey(undefined, 'read objects')).to.deep.equal([]);
  });
});
