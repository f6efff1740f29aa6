import { extract } from 'tar-stream';
import { outputPrefix, sourceObject } from '../../contract/scans.ts';
import { isMissing } from '../../data/s3/client.ts';
import { type JobContext, Refusal } from './run-job.ts';

/** A file of the scanned repository; it never becomes a file here. */
export interface SourceFile {
  readonly path: string;
  readonly content: Buffer;
}

/** The files of the scan that the job's argument `scan_id` names, one in memory at a time. */
export async function* sourceFiles({
  arguments: given,
  objects,
  logger,
}: JobContext): AsyncGenerator<SourceFile> {
  const key = `${outputPrefix.scan(String(given.scan_id))}/${sourceObject}`;
  const body = await objects.read(key).catch((error) => {
    throw isMissing(error) ? new Refusal('the source of this scan is not (or no longer) there') : error;
  });
  const entries = extract();
  body.once('error', (error) => entries.destroy(error));
  body.pipe(entries);
  for await (const entry of entries) {
    const chunks: Buffer[] = [];
    for await (const chunk of entry) chunks.push(chunk as Buffer);
    // So that a job which never gets past a file shows which one it is.
    logger.debug({ path: entry.header.name }, 'reads a file');
    yield { path: entry.header.name, content: Buffer.concat(chunks) };
  }
}

/** Bytes by which a file is taken for text or not, as git does it. */
const sample = 8000;

/** The text of a file, or undefined when it is binary: a zero byte early on, as git decides it, and no UTF-16 either. */
export function textOf(content: Buffer): string | undefined {
  const encoding = utf16Of(content);
  if (encoding) return new TextDecoder(encoding).decode(content);
  return content.subarray(0, sample).includes(0) ? undefined : content.toString('utf8');
}

/**
 * Windows writes UTF-16, mostly with a mark at the start. Without one, text that has Latin letters shows by their zero
 * halves; other files of two-byte numbers have some that are no characters, or control characters.
 */
function utf16Of(content: Buffer): 'utf-16le' | 'utf-16be' | undefined {
  const start = content.subarray(0, sample);
  if (start[0] === 0xff && start[1] === 0xfe) return 'utf-16le';
  if (start[0] === 0xfe && start[1] === 0xff) return 'utf-16be';
  const zeros = [0, 1].map((half) => start.filter((byte, i) => byte === 0 && i % 2 === half).length);
  const [first = 0, second = 0] = zeros;
  if (first + second === 0 || content.length % 2 === 1) return undefined;
  const encoding = second > first ? 'utf-16le' : 'utf-16be';
  // A character that the end of the sample cuts is left out.
  const text = new TextDecoder(encoding).decode(start, { stream: true });
  return /[^\P{Cc}\t\n\f\r]|\ufffd/u.test(text) ? undefined : encoding;
}
