import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { errorsName } from '../unavailable.ts';

/** Milliseconds to a connection, and from a request's start to its answer's headers; a body may take as long as it
 * takes, since its reader may be the slow one. */
const connectionTimeout = 1000;
const requestTimeout = 30_000;
const maxAttempts = 3;

/** Pass this as `requestHandler` where a caller of the API waits: three tries end within 10 s, so that a bucket that hangs
 * becomes a 503 before the balancer or the CDN gives the caller an error of its own. */
export const prompt = { connectionTimeout, requestTimeout: 3000, throwOnRequestTimeout: true } as const;

/**
 * Bounds one call that a caller waits for, the body of its answer included. Without it a request would never end when S3
 * stopped in the middle of a body.
 */
export function within(milliseconds = 10_000): { readonly abortSignal: AbortSignal } {
  return { abortSignal: AbortSignal.timeout(milliseconds) };
}

/**
 * The one way to S3. Region, credentials and endpoint come from the SDK's own environment variables. With an endpoint
 * of its own (`AWS_ENDPOINT_URL_S3`: an emulator, MinIO) buckets are part of the path, since their names do not
 * resolve as hosts there.
 */
export function createS3Client(overrides: S3ClientConfig = {}): S3Client {
  const client = new S3Client({
    maxAttempts,
    // Without `throwOnRequestTimeout` the SDK only logs that the time is over, and goes on waiting.
    requestHandler: { connectionTimeout, requestTimeout, throwOnRequestTimeout: true },
    forcePathStyle: overrides.endpoint !== undefined || process.env.AWS_ENDPOINT_URL_S3 !== undefined,
    ...overrides,
  });
  errorsName('the bucket', client);
  return client;
}

/** Whether an error of S3's says that the object, bucket or upload is not there. */
export function isMissing(error: unknown): boolean {
  return (
    error instanceof Error && ['NotFound', 'NoSuchKey', 'NoSuchBucket', 'NoSuchUpload'].includes(error.name)
  );
}

/** One version of an object: a read with `If-Match` gives exactly that version or fails. */
export interface ObjectVersion {
  readonly key: string;
  /** The ETag without quotes. */
  readonly version: string;
}

export interface StoredObject extends ObjectVersion {
  /** In bytes. */
  readonly size: number;
}
