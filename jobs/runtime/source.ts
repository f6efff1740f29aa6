import { extract } from 'tar-stream';
import { outputPrefix, sourceObject } from '../../contract/scans.ts';
import { isMissing } from '../../data/s3/client.ts';
import { type JobContext, Refusal } from './run-job.ts';

/** A file of the scanned repository. It stays in memory: jobs never write it to their disk. */
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
    throw isMissing(error) ? new Refusal('the source of this scan is not in the bucket (any more)') : error;
  });
  const entries = extract();
  body.once('error', (error) => entries.destroy(error));
  body.pipe(entries);
  for await (const entry of entries) {
    const chunks: Buffer[] = [];
    for await (const chunk of entry) chunks.push(chunk as Buffer);
    // When a job hangs on a file, this line shows which one it is.
    logger.debug({ path: entry.header.name }, 'the job reads a file');
    yield { path: entry.header.name, content: Buffer.concat(chunks) };
  }
}

/** The first bytes of a file, by which it is taken for text or binary: as many as git looks at. */
const sample = 8000;

/** The text of a file; undefined when it is binary, which is so when an early byte is zero and it is not UTF-16. */
export function textOf(content: Buffer): string | undefined {
  const encoding = utf16Of(content);
  if (encoding) return new TextDecoder(encoding).decode(content);
  return content.subarray(0, sample).includes(0) ? undefined : content.toString('utf8');
}

/**
 * Windows writes UTF-16, mostly with a mark at the start. Without the mark, text with Latin letters is recognized by their
 * zero bytes. Binary files of two-byte numbers contain invalid or control characters, so they are told apart by those.
 */
function utf16Of(content: Buffer): 'utf-16le' | 'utf-16be' | undefined {
  const start = content.subarray(0, sample);
  if (start[0] === 0xff && start[1] === 0xfe) return 'utf-16le';
  if (start[0] === 0xfe && start[1] === 0xff) return 'utf-16be';
  const zeros = [0, 1].map((half) => start.filter((byte, i) => byte === 0 && i % 2 === half).length);
  const [first = 0, second = 0] = zeros;
  if (first + second === 0 || content.length % 2 === 1) return undefined;
  const encoding = second > first ? 'utf-16le' : 'utf-16be';
  // `stream` leaves out a character that the end of the sample cuts.
  const text = new TextDecoder(encoding).decode(start, { stream: true });
  return /[^\P{Cc}\t\n\f\r]|\ufffd/u.test(text) ? undefined : encoding;
}
