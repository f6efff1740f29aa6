import type { Readable } from 'node:stream';
import { json } from 'node:stream/consumers';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { isMissing } from '../../data/s3/client.ts';

/** The objects that a job reads and writes. */
export interface Objects {
  /** Stores a body of any length. A long one is sent in parts, of which one at a time is in memory. */
  put(key: string, body: AsyncIterable<Buffer> | Iterable<Buffer>, contentType: string): Promise<void>;
  putJson(key: string, value: unknown): Promise<void>;
  read(key: string): Promise<Readable>;
  /** @returns undefined when there is no such object. */
  readJson(key: string): Promise<unknown>;
}

/** Bytes. S3 needs at least 5 MiB per part but for the last; the laptop's emulator takes at most 11 MiB. */
const partSize = 8 * 2 ** 20;

export function createObjects(client: S3Client, Bucket: string): Objects {
  async function put(Key: string, body: AsyncIterable<Buffer> | Iterable<Buffer>, ContentType: string) {
    const parts = inParts(body);
    const first = (await parts.next()).value ?? Buffer.alloc(0);
    if (first.length < partSize) {
      await client.send(new PutObjectCommand({ Bucket, Key, Body: first, ContentType }));
      return;
    }
    const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key, ContentType }));
    try {
      const Parts: { PartNumber: number; ETag: string | undefined }[] = [];
      const send = async (Body: Buffer) => {
        const PartNumber = Parts.length + 1;
        const { ETag } = await client.send(
          new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body }),
        );
        Parts.push({ PartNumber, ETag });
      };
      await send(first);
      for await (const part of parts) await send(part);
      await client.send(
        new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts } }),
      );
    } catch (error) {
      await client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId })).catch(() => undefined);
      throw error;
    }
  }

  async function read(Key: string): Promise<Readable> {
    const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
    return Body as Readable;
  }

  async function readJson(key: string): Promise<unknown> {
    try {
      return await json(await read(key));
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  return {
    put,
    putJson: (key, value) => put(key, [Buffer.from(JSON.stringify(value))], 'application/json'),
    read,
    readJson,
  };
}

async function* inParts(body: AsyncIterable<Buffer> | Iterable<Buffer>): AsyncGenerator<Buffer> {
  let waiting: Buffer[] = [];
  let length = 0;
  for await (const chunk of body) {
    for (let offset = 0; offset < chunk.length; ) {
      const piece = chunk.subarray(offset, offset + partSize - length);
      waiting.push(piece);
      length += piece.length;
      offset += piece.length;
      if (length < partSize) continue;
      yield Buffer.concat(waiting);
      waiting = [];
      length = 0;
    }
  }
  if (length > 0) yield Buffer.concat(waiting);
}
