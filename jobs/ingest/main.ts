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

/** Milliseconds between two updates of the counts in the ledger, and between two log lines with them. */
const progressInterval = 2000;
const logInterval = 30_000;
/** Tries of each call. No caller waits for a job, so it rather waits for a slow database than begins again. */
const maxAttempts = 10;
/** Milliseconds that a try may take. A shorter time would send a call again while a busy database still works on it. */
const tryTimeout = 10_000;

/**
 * The job of one file, as a process. It exits with 0 when the file is committed or rejected, and also when another
 * execution has the claim, since that one settles the file. Any other exit code asks the state machine for another run.
 */
const settings = readJobSettings(process.env);
const { file, execution, bucket, ratesTable, ingestsTable } = settings;
const logger = createJobLogger().child({ ingest: file.id, kind: file.kind });
const client = createDynamoDBClient({ maxAttempts }, tryTimeout);
const run = createLedger(client, ingestsTable).run(file.id, execution);
const report = new RowReport(limits.rejects);

if (await run.start()) await toOutcome();
else logger.info('the job has nothing to do: another execution has the claim, or the file is settled');
client.destroy();

async function toOutcome(): Promise<void> {
  logger.info({ key: file.key, partial: file.partial }, 'the job has begun');
  const s3 = createS3Client({ maxAttempts });
  const progress = setInterval(() => {
    run.progress(report.counts).then(stopUnlessClaimed, (error) => {
      logger.warn(
        { err: error },
        'the counts could not be written to the ledger; they are written again in 2 s',
      );
    });
  }, progressInterval);
  const logging = setInterval(() => logger.info(report.counts, 'the job is running'), logInterval);
  try {
    const job = createJob(client, ratesTable, { s3, bucket, limits, file, report });
    const outcome = await ingest(job);
    await run.finish(outcome);
    logger.info({ ...outcome, peak_memory_mb: peakMemory() }, `the file was ${outcome.state}`);
  } catch (error) {
    logger.error(
      { err: error, peak_memory_mb: peakMemory() },
      'the job failed; the state machine decides on another run',
    );
    await run.note(reasonText(String((error as Error).message))).catch(() => undefined);
    process.exitCode = 1;
  } finally {
    clearInterval(progress);
    clearInterval(logging);
    s3.destroy();
  }
}

/** The job may stop at any time. Going on would be useless, and harmless too, since nothing is committed twice. */
function stopUnlessClaimed(isClaimed: boolean): void {
  if (isClaimed) return;
  logger.warn('the job stops: its execution was given up, or another execution has the claim');
  process.exit(0);
}

/** MB. Linux gives the process's own peak; elsewhere `maxRSS` is used, which begins with that of the parent process. */
function peakMemory(): number {
  try {
    const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
    return Math.round(Number(kilobytes) / 1024);
  } catch {
    return Math.round(process.resourceUsage().maxRSS / 1024);
  }
}
