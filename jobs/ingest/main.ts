import { readFileSync } from 'node:fs';
import { createDynamoDBClient } from '../../data/dynamodb/client.ts';
import type { Ingest } from '../../data/ledger/ingest.ts';
import { createLedger } from '../../data/ledger/ledger.ts';
import { createJobLogger } from '../../data/logger.ts';
import { createS3Client } from '../../data/s3/client.ts';
import { keepHeapSmall } from './garbage.ts';
import { ingest } from './ingest.ts';
import { HandedOver } from './ingest-locations.ts';
import { createJob } from './job.ts';
import { limits } from './limits.ts';
import { reasonText } from './outcome.ts';
import { ClaimLost } from './price-commit.ts';
import { RowReport } from './rejects.ts';
import { retract } from './retract.ts';
import { readJobSettings } from './settings.ts';
import { sweep } from './sweep.ts';

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
keepHeapSmall();
const settings = readJobSettings(process.env);
const { file, task, execution, bucket, classBytes } = settings;
const tables = { rates: settings.ratesTable, ingests: settings.ingestsTable };
const logger = createJobLogger().child({ ingest: file.id, kind: task ?? file.kind });
const client = createDynamoDBClient({ maxAttempts }, tryTimeout);
const run = createLedger(client, tables.ingests).run(file.id, execution);
const report = new RowReport(limits.rejects);

const s3 = createS3Client({ maxAttempts });
const jobOf = (record?: Ingest) => {
  const given = record ? { ...file, replaces: record.replaces, complete: record.complete } : file;
  return createJob(client, tables, { s3, bucket, limits, file: given, execution, classBytes, report });
};

const record = await claimed();
if (task === 'sweep') await attempt(async () => logger.info(await sweep(jobOf()), 'the tables were swept'));
else if (!record)
  logger.info('the job has nothing to do: another execution has the claim, or the file is settled');
else if (task === 'retraction') await attempt(() => toRetraction());
else await attempt(() => toOutcome(record));
s3.destroy();
client.destroy();

function claimed(): Promise<Ingest | undefined> {
  if (task === 'sweep') return Promise.resolve(undefined);
  return task === 'retraction' ? run.startRetraction() : run.start();
}

/** Any error asks the state machine for another run, unless the file is not this job's any more. */
async function attempt(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (error instanceof HandedOver) return logger.info(`the job is handed over: ${error.message}`);
    if (error instanceof ClaimLost) return logger.warn(`the job stops: ${error.message}`);
    logger.error(
      { err: error, peak_memory_mb: peakMemory() },
      'the job failed; the state machine decides on another run',
    );
    if (task !== 'sweep') await run.note(reasonText(String((error as Error).message))).catch(() => undefined);
    process.exitCode = 1;
  }
}

async function toRetraction(): Promise<void> {
  logger.info({ key: file.key }, 'the retraction has begun');
  await retract(jobOf());
  logger.info({ peak_memory_mb: peakMemory() }, 'the file was retracted');
}

async function toOutcome(found: Ingest): Promise<void> {
  logger.info({ key: file.key, partial: file.partial }, 'the job has begun');
  let isSettled = false;
  const progress = setInterval(() => {
    run.progress(report.counts).then(
      (isClaimed) => isSettled || stopUnlessClaimed(isClaimed),
      (error) => {
        logger.warn(
          { err: error },
          'the counts could not be written to the ledger; they are written again in 2 s',
        );
      },
    );
  }, progressInterval);
  const logging = setInterval(() => logger.info(report.counts, 'the job is running'), logInterval);
  try {
    const outcome = await ingest(jobOf(found));
    isSettled = true;
    await run.finish(outcome);
    const { user, system } = process.cpuUsage();
    const cpu_seconds = Math.round((user + system) / 1e4) / 100;
    logger.info({ ...outcome, peak_memory_mb: peakMemory(), cpu_seconds }, `the file was ${outcome.state}`);
  } finally {
    clearInterval(progress);
    clearInterval(logging);
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
