import type { Part } from '../bucket.ts';

const mebibyte = 2 ** 20;

/** Files above this many bytes are uploaded in parts, so that a broken connection costs one part. */
export const maxSinglePut = 8 * mebibyte;

/** More parts than this would make an answer of more than half a megabyte; S3 itself allows 10,000. */
export const maxParts = 1000;

/** Largest file in bytes: at its part size of 103 MiB, a part still takes under a quarter of an hour at 1 Mbit/s. */
export const maxUploadSize = 100 * 2 ** 30;

/** Bytes of every part but the last: 8 MiB (S3 wants 5 at least), or as many whole MiB as keep the parts few. */
export function partSize(size: number): number {
  return Math.max(8 * mebibyte, Math.ceil(size / maxParts / mebibyte) * mebibyte);
}

export function partsOf(size: number): Part[] {
  const each = partSize(size);
  return Array.from({ length: Math.ceil(size / each) }, (_, i) => ({
    number: i + 1,
    size: Math.min(each, size - i * each),
  }));
}
