import { expect } from 'chai';
import { CustomerKey, type CustomerKeyArgs } from '../../../components/index.ts';
import { children, only, record, statements } from '../mocks.ts';

const key = 'aws:kms/key:Key';
const account = '123456789012';

async function keyOf(args?: CustomerKeyArgs) {
  const { resources } = await record(() => void new CustomerKey('key', args));
  return resources;
}

describe('CustomerKey', () => {
  it('is a key that rotates, and goes only after a month', async () => {
    const resources = await keyOf();
    expect(children(resources, 'key')).to.deep.equal([`${key} key`]);
    const { inputs, options } = only(resources, key);
    expect(inputs).to.deep.include({ enableKeyRotation: true, deletionWindowInDays: 30 });
    expect(options.protect).to.equal(true);
    expect(only(await keyOf({ deletionProtection: false }), key).options.protect).not.to.equal(true);
  });

  it('refuses a deletion window that AWS does not have', async () => {
    const error = await keyOf({ deletionWindowInDays: 6 }).catch((problem) => problem);
    expect(error.message).to.include('deletionWindowInDays must be a whole number from 7 to 30, not 6');
  });

  it('is open to the account through the services that keep its data, and to those that write there', async () => {
    const root = { AWS: `arn:aws:iam::${account}:root` };
    const region = 'us-east-1.amazonaws.com';
    const encrypt = ['Decrypt', 'DescribeKey', 'Encrypt', 'GenerateDataKey', 'ReEncryptFrom', 'ReEncryptTo'];
    const actions = (names: string[]) => names.map((name) => `kms:${name}`);
    const [manage, ...uses] = statements(only(await keyOf(), key).inputs.policy);
    expect(manage).to.deep.include({ Sid: 'Manage', Principal: root });
    for (const use of ['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey', 'kms:CreateGrant'])
      expect(manage?.Action).not.to.include(use);
    expect(uses).to.deep.equal(
      [
        {
          Sid: 'UseThroughServices',
          Principal: root,
          Action: actions(encrypt),
          Condition: {
            StringEquals: {
              'kms:ViaService': ['dynamodb', 'ecr', 's3', 'secretsmanager', 'sns', 'sqs', 'ssm'].map(
                (service) => `${service}.${region}`,
              ),
            },
          },
        },
        {
          Sid: 'GrantToServices',
          Principal: root,
          Action: actions(['CreateGrant', 'RetireGrant']),
          Condition: {
            StringEquals: { 'kms:ViaService': [`dynamodb.${region}`, `ecr.${region}`] },
            Bool: { 'kms:GrantIsForAWSResource': 'true' },
          },
        },
        {
          Sid: 'WriteLogs',
          Principal: { Service: `logs.${region}` },
          Action: actions(encrypt),
          Condition: {
            ArnLike: {
              'kms:EncryptionContext:aws:logs:arn': `arn:aws:logs:us-east-1:${account}:log-group:*`,
            },
          },
        },
        {
          Sid: 'SendEvents',
          Principal: { Service: 'events.amazonaws.com' },
          Action: actions(['Decrypt', 'GenerateDataKey']),
          Condition: { StringEquals: { 'aws:SourceAccount': account } },
        },
        {
          Sid: 'Publish',
          Principal: { Service: 'cloudwatch.amazonaws.com' },
          Action: actions(['Decrypt', 'GenerateDataKey']),
        },
        {
          Sid: 'ReadThroughCdn',
          Principal: { Service: 'cloudfront.amazonaws.com' },
          Action: actions(['Decrypt']),
          Condition: { ArnLike: { 'aws:SourceArn': `arn:aws:cloudfront::${account}:distribution/*` } },
        },
      ].map((statement) => ({ Effect: 'Allow', Resource: '*', ...statement })),
    );
  });
});
