import { extract } from 'tar-stream';
import { outputPrefix, sourceObject } from '../../../contract/scans.ts';
import { isMissing } from '../../s3/client.ts';
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

/** The text of a file, or undefined when it is binary: a zero byte early on, as git decides it. */
export function textOf(content: Buffer): string | undefined {
  return content.subarray(0, 8000).includes(0) ? undefined : content.toString('utf8');
}
