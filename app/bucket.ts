import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { createS3Client, isMissing, type StoredObject, within } from '../data/s3/client.ts';
import { Signer } from '../data/signer.ts';

/** A part of a file; numbers count from 1. */
export interface Part {
  readonly number: number;
  readonly size: number;
}

export interface UploadedPart {
  readonly part_number: number;
  readonly etag: string;
}

/** One bucket. Files do not pass through the service: it signs URLs, with which callers send to S3 and read from it. */
export interface Bucket {
  /** URL for one PUT of exactly `size` bytes. */
  putUrl(key: string, size: number, expiresIn: number): Promise<string>;
  /** @returns S3's id of the new multipart upload. */
  startMultipart(key: string): Promise<string>;
  /** URLs for one PUT each, of exactly the part's size. Yields after each, so that other requests are answered meanwhile. */
  partUrls(key: string, uploadId: string, parts: readonly Part[], expiresIn: number): Promise<string[]>;
  /** @returns what S3 finds wrong with the parts; undefined when the file is complete. */
  completeMultipart(
    key: string,
    uploadId: string,
    parts: readonly UploadedPart[],
  ): Promise<string | undefined>;
  /** URL for a GET. */
  getUrl(key: string, expiresIn: number): Promise<string>;
  head(key: string): Promise<StoredObject | undefined>;
}

/** Seconds for which URLs are valid; the credentials that sign them, a task's role, must last as long. */
export const urlsLast = 3600;

/** Milliseconds. S3 takes long to put many parts together; after 30 s the CDN answers the caller with an error. */
const completionTimeout = 25_000;

/**
 * @param publicEndpoint the bucket's endpoint for uploaders, when this process uses another one
 */
export function createBucket(client: S3Client, Bucket: string, publicEndpoint?: string): Bucket {
  const signing = signingClient(client, publicEndpoint);

  const putUrl = (Key: string, ContentLength: number, expiresIn: number) =>
    getSignedUrl(signing, new PutObjectCommand({ Bucket, Key, ContentLength }), { expiresIn });

  const getUrl = (Key: string, expiresIn: number) =>
    getSignedUrl(signing, new GetObjectCommand({ Bucket, Key }), { expiresIn });

  async function startMultipart(Key: string): Promise<string> {
    const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key }), within());
    return UploadId as string;
  }

  /** The SDK signs one URL, which gives the bucket's host and path. All parts' URLs are signed here, since the SDK would
   * take half a second for the 995 parts of the largest file. */
  async function partUrls(Key: string, UploadId: string, parts: readonly Part[], expiresIn: number) {
    const any = new UploadPartCommand({ Bucket, Key, UploadId, PartNumber: 1 });
    const url = new URL(await getSignedUrl(signing, any, { expiresIn }));
    const query = Object.fromEntries([...url.searchParams].filter(([name]) => !name.startsWith('X-Amz-')));
    const credentials = await signing.config.credentials();
    const signer = new Signer({ region: await signing.config.region(), service: 's3' });
    const now = new Date();
    const urls: string[] = [];
    for (const { number, size } of parts) {
      const request = {
        method: 'PUT',
        origin: url.origin,
        path: url.pathname,
        query: { ...query, partNumber: String(number) },
        headers: { host: url.host, 'content-length': String(size) },
      };
      urls.push(signer.presign(request, credentials, now, expiresIn));
      await nextTurn();
    }
    return urls;
  }

  async function completeMultipart(Key: string, UploadId: string, parts: readonly UploadedPart[]) {
    const Parts = parts.map(({ part_number, etag }) => ({ PartNumber: part_number, ETag: etag }));
    try {
      await client.send(
        new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts } }),
        { requestTimeout: completionTimeout, ...within(completionTimeout) },
      );
      return undefined;
    } catch (error) {
      // An earlier call completed the upload, and its answer was lost.
      if (isMissing(error) && (await head(Key))) return undefined;
      if (isMissing(error)) return 'the upload was aborted or has expired';
      if (error instanceof Error && /^(InvalidPart|InvalidPartOrder|EntityTooSmall)$/.test(error.name))
        return error.message;
      throw error;
    }
  }

  async function head(Key: string): Promise<StoredObject | undefined> {
    try {
      const { ContentLength = 0, ETag = '' } = await client.send(
        new HeadObjectCommand({ Bucket, Key }),
        within(),
      );
      return { key: Key, version: ETag.replaceAll('"', ''), size: ContentLength };
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  return { putUrl, getUrl, startMultipart, partUrls, completeMultipart, head };
}

/** A client like the one given, to sign URLs with. */
export function signingClient({ config }: S3Client, publicEndpoint: string | undefined): S3Client {
  return createS3Client({
    region: config.region,
    credentials: config.credentials,
    // A presigned PUT has no body yet: the default would sign the checksum of an empty one, which S3 then refuses.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    ...(publicEndpoint ? { endpoint: publicEndpoint } : {}),
  });
}
