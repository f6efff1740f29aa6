import { UploadPartCommand } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { expect } from 'chai';
import fc from 'fast-check';
import { createBucket } from '../../../app/bucket.ts';
import { maxUploadSize, partsOf } from '../../../app/uploads/parts.ts';
import { createS3Client } from '../../../data/s3/client.ts';

const bucket = 'some-bucket';
const credentials = {
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI',
  sessionToken: 'IQoJb3/+=',
};
const options = { region: 'eu-west-1', credentials };

/** The moment at which a URL was signed. */
function dateOf(url: string): Date {
  const date = new URL(url).searchParams.get('X-Amz-Date') as string;
  return new Date(date.replace(/^(....)(..)(..T..)(..)/, '$1-$2-$3:$4:'));
}

/** The order of parameters means nothing. */
function sorted(url: string): string {
  const [path, query = ''] = url.split('?');
  return `${path}?${query.split('&').sort().join('&')}`;
}

describe('the URLs of parts', () => {
  const key = fc
    .stringMatching(/^[A-Za-z0-9_][A-Za-z0-9_ .,()+@=-]{0,40}$/)
    .map((name) => `incoming/prices/2f0c/${name}`);
  const uploadId = fc.stringMatching(/^[A-Za-z0-9._-]{1,60}$/);
  const part = fc.record({
    number: fc.integer({ min: 1, max: 10_000 }),
    size: fc.integer({ min: 0, max: 2 ** 33 }),
  });

  for (const endpoint of [undefined, 'http://localhost:8080/_s3']) {
    it(`are those of the SDK, for their own size and no other, ${endpoint ?? 'at S3 itself'}`, async () => {
      const uploads = createBucket(createS3Client(options), bucket, endpoint);
      const sdk = createS3Client({
        ...options,
        requestChecksumCalculation: 'WHEN_REQUIRED',
        ...(endpoint ? { endpoint } : {}),
      });
      const signedBySdk = (size: number, like: string, Key: string, UploadId: string, PartNumber: number) => {
        const command = new UploadPartCommand({
          Bucket: bucket,
          Key,
          UploadId,
          PartNumber,
          ContentLength: size,
        });
        return getSignedUrl(sdk, command, { expiresIn: 3600, signingDate: dateOf(like) });
      };
      await fc.assert(
        fc.asyncProperty(
          key,
          uploadId,
          fc.array(part, { minLength: 1, maxLength: 3 }),
          async (Key, id, parts) => {
            const urls = await uploads.partUrls(Key, id, parts, 3600);
            expect(urls).to.have.length(parts.length);
            for (const [i, { number, size }] of parts.entries()) {
              const url = urls[i] as string;
              expect(sorted(url)).to.equal(sorted(await signedBySdk(size, url, Key, id, number)));
              expect(sorted(url)).not.to.equal(sorted(await signedBySdk(size + 1, url, Key, id, number)));
            }
          },
        ),
        { seed: 7, numRuns: 30 },
      );
    });
  }

  it('of the largest file are signed one at a time, so that others are answered in between', async () => {
    const uploads = createBucket(createS3Client(options), bucket);
    const parts = partsOf(maxUploadSize);
    let turns = 0;
    let counting = true;
    const count = () => {
      turns++;
      if (counting) setImmediate(count);
    };
    setImmediate(count);
    const urls = await uploads.partUrls('incoming/prices/1/a.csv', 'upload', parts, 3600);
    counting = false;
    expect(new Set(urls).size).to.equal(parts.length);
    expect(turns).to.be.at.least(parts.length);
  });
});
