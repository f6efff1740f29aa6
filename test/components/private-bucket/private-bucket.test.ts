import { expect } from 'chai';
import { PrivateBucket, type PrivateBucketArgs } from '../../../components/private-bucket/index.ts';
import { children, only, record, statements } from '../mocks.ts';

async function bucket(args?: PrivateBucketArgs) {
  const { resources } = await record(() => {
    new PrivateBucket('logs', args);
  });
  return resources;
}

describe('PrivateBucket', () => {
  it('is private, encrypted, owned by the account and versioned', async () => {
    const resources = await bucket();
    expect(children(resources, 'logs')).to.deep.equal(
      [
        'aws:s3/bucket:Bucket logs',
        'aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration logs',
        'aws:s3/bucketOwnershipControls:BucketOwnershipControls logs',
        'aws:s3/bucketPolicy:BucketPolicy logs',
        'aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock logs',
        'aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration logs',
        'aws:s3/bucketVersioning:BucketVersioning logs',
      ].sort(),
    );
    expect(only(resources, 'aws:s3/bucket:Bucket').inputs).to.deep.equal({ forceDestroy: false });
    expect(only(resources, 'aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock').inputs).to.include({
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    expect(
      only(resources, 'aws:s3/bucketOwnershipControls:BucketOwnershipControls').inputs.rule,
    ).to.deep.equal({ objectOwnership: 'BucketOwnerEnforced' });
    expect(
      only(resources, 'aws:s3/bucketVersioning:BucketVersioning').inputs.versioningConfiguration,
    ).to.deep.equal({ status: 'Enabled' });
    expect(
      only(
        resources,
        'aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration',
      ).inputs.rules,
    ).to.deep.equal([{ applyServerSideEncryptionByDefault: { sseAlgorithm: 'AES256' } }]);
  });

  it('encrypts new objects with a customer key, by a key of the bucket', async () => {
    const type = 'aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration';
    expect(only(await bucket({ keyArn: 'arn:key' }), type).inputs.rules).to.deep.equal([
      {
        applyServerSideEncryptionByDefault: { sseAlgorithm: 'aws:kms', kmsMasterKeyId: 'arn:key' },
        bucketKeyEnabled: true,
      },
    ]);
  });

  it('refuses plaintext and allows nothing else', async () => {
    const { inputs, options } = only(await bucket({ bucketName: 'b' }), 'aws:s3/bucketPolicy:BucketPolicy');
    expect(statements(inputs.policy)).to.deep.equal([
      {
        Sid: 'RefusePlaintext',
        Effect: 'Deny',
        Principal: '*',
        Action: ['s3:*'],
        Resource: ['arn:aws:s3:::b', 'arn:aws:s3:::b/*'],
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
    ]);
    expect(options.dependsOn).to.include('logs');
  });

  it('admits a service to some paths, for some resources', async () => {
    const resources = await bucket({
      bucketName: 'b',
      services: [
        {
          service: 'delivery.example.amazonaws.com',
          actions: ['s3:PutObject'],
          paths: ['api/*'],
          sourceArn: 'arn:aws:x',
          sourceAccount: '1',
        },
      ],
    });
    const [, statement] = statements(only(resources, 'aws:s3/bucketPolicy:BucketPolicy').inputs.policy);
    expect(statement).to.deep.equal({
      Effect: 'Allow',
      Principal: { Service: 'delivery.example.amazonaws.com' },
      Action: ['s3:PutObject'],
      Resource: ['arn:aws:s3:::b/api/*'],
      Condition: { StringEquals: { 'aws:SourceAccount': '1' }, ArnLike: { 'aws:SourceArn': 'arn:aws:x' } },
    });
  });

  it('lets a service know which objects there are where asked', async () => {
    const service = {
      service: 'cdn.example.com',
      actions: ['s3:GetObject'],
      paths: ['*'],
      sourceArn: 'arn:aws:x',
    };
    const resources = await bucket({ bucketName: 'b', services: [{ ...service, listKeys: true }] });
    const [, , statement] = statements(only(resources, 'aws:s3/bucketPolicy:BucketPolicy').inputs.policy);
    expect(statement).to.deep.equal({
      Effect: 'Allow',
      Principal: { Service: 'cdn.example.com' },
      Action: ['s3:ListBucket'],
      Resource: ['arn:aws:s3:::b'],
      Condition: { ArnLike: { 'aws:SourceArn': 'arn:aws:x' } },
    });
  });

  it('cleans up: abandoned uploads, old versions, and objects where asked', async () => {
    const rules = async (args?: PrivateBucketArgs) => {
      const resources = await bucket(args);
      const type = 'aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration';
      return only(resources, type).inputs.rules as Record<string, unknown>[];
    };
    const base = (id: string) => ({ id, status: 'Enabled', filter: { prefix: '' } });
    expect(await rules()).to.deep.equal([
      { ...base('abort-multipart-uploads'), abortIncompleteMultipartUpload: { daysAfterInitiation: 7 } },
      { ...base('expire-old-versions'), noncurrentVersionExpiration: { noncurrentDays: 30 } },
    ]);
    const asked = await rules({ expireDays: 7, expireOldVersionsDays: 1 });
    expect(asked[1]?.noncurrentVersionExpiration).to.deep.equal({ noncurrentDays: 1 });
    expect(asked[2]).to.deep.equal({ ...base('expire'), expiration: { days: 7 } });
    const inPart = await rules({ expireDays: 7, expirePrefixes: ['logs/'] });
    expect(inPart.slice(2)).to.deep.equal([
      { ...base('expire-logs'), filter: { prefix: 'logs/' }, expiration: { days: 7 } },
    ]);
    expect(() => new PrivateBucket('logs', { expirePrefixes: ['logs/'] })).to.throw(
      'expirePrefixes needs expireDays',
    );
  });

  it('can do without versions, be removed with its content, be named and tagged', async () => {
    const resources = await bucket({
      versioning: false,
      forceDestroy: true,
      bucketName: 'trellis-b',
      tags: { a: 'b' },
    });
    expect(
      only(resources, 'aws:s3/bucketVersioning:BucketVersioning').inputs.versioningConfiguration,
    ).to.deep.equal({ status: 'Suspended' });
    expect(only(resources, 'aws:s3/bucket:Bucket').inputs).to.deep.equal({
      bucket: 'trellis-b',
      forceDestroy: true,
      tags: { a: 'b' },
    });
  });

  it('refuses days that S3 does not know', () => {
    expect(() => new PrivateBucket('logs', { expireDays: 0, expireOldVersionsDays: 40_000 })).to.throw(
      'PrivateBucket "logs": \n  - expireDays must be a whole number from 1 to 36500, not 0\n' +
        '  - expireOldVersionsDays must be a whole number from 1 to 36500, not 40000',
    );
  });
});
