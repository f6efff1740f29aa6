import type { Outcome } from '../../data/ledger/ingest.ts';
import { contentId } from '../../data/rates/items.ts';
import { BadFile } from './bad-file.ts';
import { ingestLocations } from './ingest-locations.ts';
import { ingestPrices } from './ingest-prices.ts';
import type { Job } from './job.ts';
import { putRejects, refusedFile } from './outcome.ts';
import { hashObject, ObjectGone } from './source.ts';

/**
 * Ingests a file. Anything that is wrong with the file leads to the outcome `rejected`.
 * @throws when the database or the bucket is away; the state machine then runs the job again
 */
export async function ingest(job: Job): Promise<Outcome> {
  const { kind } = job.file;
  let content = '';
  try {
    content = contentId(kind, await hashObject(job.s3, job.bucket, job.file));
    return kind === 'prices' ? await ingestPrices(job, content) : await ingestLocations(job, kind, content);
  } catch (error) {
    if (error instanceof ObjectGone)
      return { state: 'rejected', reason: error.message, ...job.report.counts };
    if (!(error instanceof BadFile)) throw error;
    job.report.note(error.reject);
    return { ...refusedFile(job, error), rejects_key: await putRejects(job, content) };
  }
}
