import * as aws from '@pulumi/aws';
import { expect } from 'chai';
import { type BucketAction, PrivateBucket } from '../../../components/private-bucket/index.ts';
import { ofType, record, statements } from '../mocks.ts';

const arn = 'arn:aws:s3:::b';
const key = 'arn:aws:kms:us-east-1:123456789012:key/1';

async function granted(grant: (bucket: PrivateBucket, role: aws.iam.Role) => void, keyArn?: string) {
  const { resources, outputs } = await record(() => {
    const role = new aws.iam.Role('report', { assumeRolePolicy: '{}' });
    const bucket = new PrivateBucket('logs', {
      bucketName: 'b',
      ...(keyArn === undefined ? {} : { keyArn }),
    });
    grant(bucket, role);
    return { read: bucket.readPolicyJson, readWrite: bucket.readWritePolicyJson };
  });
  const policies = ofType(resources, 'aws:iam/rolePolicy:RolePolicy');
  const names = ['logs-report', ...(keyArn === undefined ? [] : ['logs-report-key-use'])];
  expect(policies.map(({ name, parent }) => [name, parent])).to.deep.equal(
    names.map((name) => [name, 'logs']),
  );
  const [policy, keyUse] = policies.map(({ inputs }) => String(inputs.policy));
  return { policy, keyUse, ...outputs };
}

describe('PrivateBucket grants', () => {
  it('read: objects, and which are missing; the same as JSON', async () => {
    const { policy, read } = await granted((bucket, role) => bucket.grantRead('report', role));
    expect(policy).to.equal(read);
    expect(statements(policy)).to.deep.equal([
      { Effect: 'Allow', Action: ['s3:GetObject'], Resource: [`${arn}/*`] },
      { Effect: 'Allow', Action: ['s3:ListBucket'], Resource: [arn] },
    ]);
  });

  it('read and write, below some paths, and with the key that encrypts', async () => {
    const { policy, keyUse, readWrite } = await granted(
      (bucket, role) => bucket.grantReadWrite('report', role, ['a/*', 'b']),
      key,
    );
    const [objects] = statements(policy);
    const [use] = statements(keyUse);
    expect(objects).to.deep.include({
      Action: ['s3:AbortMultipartUpload', 's3:DeleteObject', 's3:GetObject', 's3:PutObject'],
      Resource: [`${arn}/a/*`, `${arn}/b`],
    });
    expect(use).to.deep.include({ Action: ['kms:Decrypt', 'kms:GenerateDataKey'], Resource: [key] });
    expect(statements(readWrite)[0]?.Resource).to.deep.equal([`${arn}/*`]);
  });

  it('a list: exactly these', async () => {
    const { policy } = await granted((bucket, role) => bucket.grant('report', role, ['ListBucket']));
    expect(statements(policy)).to.deep.equal([
      { Effect: 'Allow', Action: ['s3:ListBucket'], Resource: [arn] },
    ]);
  });

  it('refuse an action that does not exist, and none at all', async () => {
    const attempts: unknown[] = [['*'], []];
    const { outputs } = await record(() => {
      const bucket = new PrivateBucket('logs');
      return attempts.map((actions) => {
        try {
          bucket.statements(actions as BucketAction[]);
        } catch (error) {
          return (error as Error).message;
        }
        return 'accepted';
      });
    });
    expect(outputs[0]).to.match(
      /^PrivateBucket "logs": a grant takes actions of AbortMultipartUpload.*; not \*$/,
    );
    expect(outputs[1]).to.match(/; at least one$/);
  });
});
