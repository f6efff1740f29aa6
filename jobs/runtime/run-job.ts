import type { Logger } from 'pino';
import { environment } from '../../contract/environment.ts';
import { jobVariables, outcomeObject, resultObject } from '../../contract/scans.ts';
import { createJobLogger } from '../../data/logger.ts';
import { createS3Client } from '../../data/s3/client.ts';
import { createObjects, type Objects } from './objects.ts';

export interface JobContext {
  readonly arguments: Readonly<Record<string, unknown>>;
  /** Below which the job writes: `scans/<id>` or `jobs/<id>`. */
  readonly output: string;
  readonly objects: Objects;
  readonly logger: Logger;
}

export interface JobResult {
  /** All that was found; becomes `<kind>.json`. */
  readonly result: unknown;
  /** A few numbers and words for the outcome; states pass them on and people see them. */
  readonly facts?: Readonly<Record<string, string | number>>;
}

/** The job cannot do what is asked, and another attempt could not either; people read the message. */
export class Refusal extends Error {}

/** Characters of a reason; more would not fit through the state machine. */
const maxReason = 300;

/**
 * Runs a job as a process: a result and a refusal are both outcomes, for which it exits 0. Anything else is a fault of
 * ours or of what we depend on; what went wrong then is in the log alone.
 */
export async function runJob(kind: string, work: (job: JobContext) => Promise<JobResult>): Promise<void> {
  const logger = createJobLogger().child({ kind });
  const { bucket, output, arguments: given } = readJobSettings(process.env);
  const client = createS3Client();
  const objects = createObjects(client, bucket);
  const finish = (outcome: object) => objects.putJson(`${output}/${outcomeObject(kind)}`, outcome);
  logger.info({ output }, 'the job has begun');
  try {
    const { result, facts = {} } = await work({ arguments: given, output, objects, logger });
    await objects.putJson(`${output}/${resultObject(kind)}`, result);
    // Last, since it says that all else is there.
    await finish({ kind, status: 'succeeded', ...facts });
    logger.info({ output, ...facts }, 'succeeded');
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    await finish({ kind, status: 'failed', reason: printable(error.message) });
    logger.warn({ output }, error.message);
  } finally {
    client.destroy();
  }
}

/** A text of at most so many characters. What strangers chose may be in it: a file's name, the words of a server. */
export function printable(text: string, maxLength = maxReason): string {
  const clean = text.replace(/[\p{Cc}\p{Cf}\p{Cs}]/gu, '�');
  // A cut may leave half a surrogate pair, which DynamoDB refuses.
  return clean.length > maxLength ? `${clean.slice(0, maxLength - 1).toWellFormed()}…` : clean;
}

/** @throws Error that names every missing or wrong variable at once. */
export function readJobSettings(variables: NodeJS.ProcessEnv) {
  const names = [environment.scansBucket, jobVariables.output, jobVariables.arguments];
  const problems = names.filter((name) => !variables[name]).map((name) => `${name} is required`);
  const [bucket = '', output = '', text = ''] = names.map((name) => variables[name] ?? '');
  const given = parseObject(text);
  if (text && !given) problems.push(`${jobVariables.arguments} must be a JSON object`);
  if (output && !/^(scans|jobs)\/[A-Za-z0-9-]{1,64}$/.test(output))
    problems.push(`${jobVariables.output} must be scans/<id> or jobs/<id>`);
  if (problems.length > 0)
    throw new Error(`the environment has problems:\n${problems.map((p) => `  ${p}`).join('\n')}`);
  return { bucket, output, arguments: given ?? {} };
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
