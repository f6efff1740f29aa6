import {
  DeleteObjectsCommand,
  type _Error as DeletionError,
  HeadObjectCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { isMissing, within } from '../../data/s3/client.ts';
import { blame } from '../../data/unavailable.ts';
import { signingClient } from '../bucket.ts';

/** The request by which an uploader sends one object. */
export interface Put {
  readonly method: 'PUT';
  readonly upload_url: string;
  readonly headers: Record<string, string>;
}

export interface NewObject {
  readonly key: string;
  readonly content_type: string;
  readonly size: number;
}

/** The bucket that the CDN serves under `/media/`. */
export interface Media {
  /** A URL for one PUT of exactly this size and type. */
  put(object: NewObject, expiresIn: number): Promise<Put>;
  /** Whether the object is there in full; false as well when S3 does not answer within a second. */
  has(object: NewObject): Promise<boolean>;
  /** @throws the error of the first object that could not be deleted. */
  delete(keys: readonly string[]): Promise<void>;
}

/** Milliseconds. Callers that read a list wait for this, so it is far below the S3 client's own limits. */
const lookTimeout = 1000;
/** Every upload has a key of its own, so an object never changes and may be cached for good. */
const cacheControl = 'public, max-age=31536000, immutable';

/** @param publicEndpoint the bucket's endpoint for uploaders, when this process uses another one */
export function createMedia(client: S3Client, Bucket: string, publicEndpoint?: string): Media {
  const signing = signingClient(client, publicEndpoint);

  async function put({ key, content_type, size }: NewObject, expiresIn: number): Promise<Put> {
    const command = new PutObjectCommand({
      Bucket,
      Key: key,
      ContentLength: size,
      ContentType: content_type,
      CacheControl: cacheControl,
    });
    // These headers are signed: an uploader who could choose the type could put a page with scripts on the site's origin.
    const headers = { 'content-type': content_type, 'cache-control': cacheControl };
    const upload_url = await getSignedUrl(signing, command, {
      expiresIn,
      signableHeaders: new Set(['host', 'content-length', ...Object.keys(headers)]),
      unhoistableHeaders: new Set(Object.keys(headers)),
    });
    return { method: 'PUT', upload_url, headers };
  }

  async function has({ key, size }: NewObject): Promise<boolean> {
    try {
      const { ContentLength } = await client.send(
        new HeadObjectCommand({ Bucket, Key: key }),
        within(lookTimeout),
      );
      return ContentLength === size;
    } catch (error) {
      if (isMissing(error) || (error as Error).name === 'AbortError') return false;
      throw error;
    }
  }

  async function remove(keys: readonly string[]): Promise<void> {
    // S3 deletes at most 1,000 objects per call.
    for (let from = 0; from < keys.length; from += 1000) {
      const Objects = keys.slice(from, from + 1000).map((Key) => ({ Key }));
      const { Errors = [] } = await client.send(
        new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }),
        within(),
      );
      if (Errors[0]) throw blame('the bucket', notDeleted(Errors[0], Errors.length));
    }
  }

  return { put, has, delete: remove };
}

/** S3 answers 200 also when it could not delete some of the objects, and lists those. */
function notDeleted({ Key, Code = 'InternalError', Message }: DeletionError, count: number): Error {
  return Object.assign(new Error(`${count} objects could not be deleted, such as ${Key}: ${Message}`), {
    name: Code,
  });
}
