import { readFileSync } from 'node:fs';
import { createDynamoDBClient } from '../../data/dynamodb/client.ts';
import { createLedger } from '../../data/ledger/ledger.ts';
import { createJobLogger } from '../../data/logger.ts';
import { createS3Client } from '../../data/s3/client.ts';
import { ingest } from './ingest.ts';
import { createJob } from './job.ts';
import { limits } from './limits.ts';
import { reasonText } from './outcome.ts';
import { RowReport } from './rejects.ts';
import { readJobSettings } from './settings.ts';

/** Milliseconds between two words on the progress in the ledger, and in the log. */
const progressInterval = 2000;
const logInterval = 30_000;
/** Nobody waits for a job as for a request: a database that is slow for a while is no reason to begin anew. */
const maxAttempts = 10;
/** Milliseconds; what a busy database still works on must not be sent once more on top. */
const attemptTimeout = 10_000;

/**
 * One file's job, as a process: exits 0 when the file has come to an outcome, committed or rejected, and also when
 * the claim is no longer this execution's, since then the outcome is not its business; anything else means that another
 * attempt is worth it.
 */
const settings = readJobSettings(process.env);
const { file, execution, bucket, ratesTable, ingestsTable } = settings;
const logger = createJobLogger().child({ ingest: file.id, kind: file.kind });
const client = createDynamoDBClient({ maxAttempts }, attemptTimeout);
const run = createLedger(client, ingestsTable).run(file.id, execution);
const report = new RowReport(limits.rejects);

if (await run.start()) await toOutcome();
else logger.info('another execution has the claim, or the file is settled');
client.destroy();

async function toOutcome(): Promise<void> {
  logger.info({ key: file.key, partial: file.partial }, 'the job has begun');
  const s3 = createS3Client({ maxAttempts });
  const progress = setInterval(() => {
    run.progress(report.counts).then(stopUnlessClaimed, (error) => {
      logger.warn({ err: error }, 'no progress written');
    });
  }, progressInterval);
  const words = setInterval(() => logger.info(report.counts, 'the job is at work'), logInterval);
  try {
    const job = createJob(client, ratesTable, { s3, bucket, limits, file, report });
    const outcome = await ingest(job);
    await run.finish(outcome);
    logger.info({ ...outcome, peak_memory_mb: peakMemory() }, outcome.state);
  } catch (error) {
    logger.error({ err: error, peak_memory_mb: peakMemory() }, 'failed');
    await run.note(reasonText(String((error as Error).message))).catch(() => undefined);
    process.exitCode = 1;
  } finally {
    clearInterval(progress);
    clearInterval(words);
    s3.destroy();
  }
}

/** Going on would do no harm, since nothing can be committed twice; it would only be of no use. */
function stopUnlessClaimed(isClaimed: boolean): void {
  if (isClaimed) return;
  logger.warn('stopped: another execution has the claim by now, or this one was given up');
  process.exit(0);
}

/** MB. From the kernel where it says so: a process's `maxRSS` begins with that of the process which started it. */
function peakMemory(): number {
  try {
    const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
    return Math.round(Number(kilobytes) / 1024);
  } catch {
    return Math.round(process.resourceUsage().maxRSS / 1024);
  }
}
