import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { rolledUp, rollupKey, rollupsPrefix } from '../../contract/ingest.ts';
import { isMissing } from '../../data/s3/client.ts';
import type { LaneMonth } from './lane-file.ts';
import { RollupReader, rollupText } from './rollup-format.ts';

/** Bytes of a piece; S3 takes at most 10,000 of at least 5 MiB. The laptop's bucket takes 11 MiB in one piece. */
const partBytes = 8 * 2 ** 20;

/** The objects that hold what each commit of prices added up to. They are written once and outlive their uploads. */
export interface RollupObjects {
  /** Writing the same lanes again changes nothing. */
  put(batch: string, lanes: Iterable<LaneMonth>): Promise<void>;
  /** Calls back for each lane. @returns false when there is no such object */
  read(batch: string, each: (lane: LaneMonth) => void): Promise<boolean>;
  /** The names of all batches that have an object. */
  all(): AsyncGenerator<string>;
  remove(batch: string): Promise<void>;
}

export function createRollupObjects(s3: S3Client, Bucket: string): RollupObjects {
  async function put(batch: string, lanes: Iterable<LaneMonth>): Promise<void> {
    const directory = await mkdtemp(join(tmpdir(), 'trellis-rollup-'));
    try {
      const path = join(directory, 'rollup.gz');
      const file = await open(path, 'w');
      await pipeline(Readable.from(rollupText(lanes)), createGzip(), file.createWriteStream());
      await upload({ Bucket, Key: rollupKey(batch) }, path);
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  }

  async function upload(target: { Bucket: string; Key: string }, path: string): Promise<void> {
    const file = await open(path);
    try {
      const { size } = await file.stat();
      const part = async (start: number) => {
        const bytes = Buffer.alloc(Math.min(partBytes, size - start));
        await file.read(bytes, 0, bytes.length, start);
        return bytes;
      };
      if (size <= partBytes) {
        await s3.send(new PutObjectCommand({ ...target, Body: await part(0) }));
        return;
      }
      const { UploadId } = await s3.send(new CreateMultipartUploadCommand(target));
      const Parts: { PartNumber: number; ETag: string | undefined }[] = [];
      for (let start = 0; start < size; start += partBytes) {
        const PartNumber = Parts.length + 1;
        const piece = { ...target, UploadId, PartNumber, Body: await part(start) };
        const { ETag } = await s3.send(new UploadPartCommand(piece));
        Parts.push({ PartNumber, ETag });
      }
      await s3.send(new CompleteMultipartUploadCommand({ ...target, UploadId, MultipartUpload: { Parts } }));
    } finally {
      await file.close();
    }
  }

  async function read(batch: string, each: (lane: LaneMonth) => void): Promise<boolean> {
    const body = await stored(rollupKey(batch));
    if (!body) return false;
    const reader = new RollupReader();
    await pipeline(body, createGunzip(), async (text: AsyncIterable<Buffer>) => {
      let rest = '';
      for await (const bytes of text) {
        const lines = (rest + bytes.toString('latin1')).split('\n');
        rest = lines.pop() as string;
        for (const line of lines) {
          const lane = reader.line(line);
          if (lane) each(lane);
        }
      }
      if (rest !== '') reader.line(rest);
    });
    reader.finish();
    return true;
  }

  async function stored(Key: string): Promise<Readable | undefined> {
    try {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
      return Body as Readable;
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  async function* all(): AsyncGenerator<string> {
    let ContinuationToken: string | undefined;
    do {
      const page = await s3.send(
        new ListObjectsV2Command({ Bucket, Prefix: rollupsPrefix, ContinuationToken }),
      );
      for (const { Key = '' } of page.Contents ?? []) yield rolledUp(Key);
      ContinuationToken = page.NextContinuationToken;
    } while (ContinuationToken);
  }

  const remove = async (batch: string) =>
    void (await s3.send(new DeleteObjectCommand({ Bucket, Key: rollupKey(batch) })));

  return { put, read, all, remove };
}
