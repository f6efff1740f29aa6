import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { isMissing, type ObjectVersion } from '../../data/s3/client.ts';
import { freeBuffers } from './garbage.ts';

/** Bytes that are read between two calls of `freeBuffers`. */
const freeEvery = 16 * 2 ** 20;

/** Thrown when the object was deleted or replaced. */
export class ObjectGone extends Error {
  constructor({ key }: ObjectVersion) {
    super(`${key} was deleted or replaced before it was read`);
    this.name = 'ObjectGone';
  }
}

export interface OpenObject {
  readonly body: AsyncIterable<Buffer>;
  /** Bytes, as stored. */
  readonly size: number;
}

/** @throws ObjectGone when the object does not have this version any more */
export async function openObject(s3: S3Client, bucket: string, object: ObjectVersion): Promise<OpenObject> {
  try {
    const { Body, ContentLength } = await s3.send(
      new GetObjectCommand({ Bucket: bucket, Key: object.key, IfMatch: `"${object.version}"` }),
    );
    return { body: freed(Body as Readable), size: ContentLength ?? 0 };
  } catch (error) {
    const { $metadata } = error as { $metadata?: { httpStatusCode?: number } };
    if (isMissing(error) || $metadata?.httpStatusCode === 412) throw new ObjectGone(object);
    throw error;
  }
}

/** The chunks of a stream. The memory of those that were read is freed now and then. */
async function* freed(body: Readable): AsyncGenerator<Buffer> {
  let sinceFreed = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    yield chunk;
    sinceFreed += chunk.length;
    if (sinceFreed < freeEvery) continue;
    freeBuffers();
    sinceFreed = 0;
  }
}

/** SHA-256 of the bytes as they are stored, which may be gzip. */
export async function hashObject(s3: S3Client, bucket: string, object: ObjectVersion): Promise<Buffer> {
  const { body } = await openObject(s3, bucket, object);
  const hash = createHash('sha256');
  for await (const chunk of body) hash.update(chunk);
  return hash.digest();
}
