import type { Logger } from 'pino';
import { environment } from '../../contract/environment.ts';
import { jobVariables, outcomeObject, resultObject } from '../../contract/scans.ts';
import { createJobLogger } from '../../data/logger.ts';
import { createS3Client } from '../../data/s3/client.ts';
import { createObjects, type Objects } from './objects.ts';

export interface JobContext {
  readonly arguments: Readonly<Record<string, unknown>>;
  /** The prefix of the keys that the job writes: `scans/<id>` or `jobs/<id>`. */
  readonly output: string;
  readonly objects: Objects;
  readonly logger: Logger;
}

export interface JobResult {
  /** The whole result, which is stored as `<kind>.json`. */
  readonly result: unknown;
  /** A few numbers and short texts that sum up the result; the state machine reads them and people see them. */
  readonly facts?: Readonly<Record<string, string | number>>;
}

/** Thrown when the job cannot do what its arguments ask, and another run could not either. People read the message. */
export class Refusal extends Error {}

/** The most characters of a reason: the state machine passes the reasons of all jobs on in one input. */
const maxReason = 300;

/**
 * Runs a job as a process. A result and a refusal are both outcomes, for which it exits with 0. Any other error is a
 * fault of this program or of a service that it uses: the process fails, and only its log has the error.
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
    // The outcome comes last, since it says that the result is stored.
    await finish({ kind, status: 'succeeded', ...facts });
    logger.info({ output, ...facts }, 'the job has succeeded');
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    await finish({ kind, status: 'failed', reason: printable(error.message) });
    logger.warn({ output }, `the job was refused: ${error.message}`);
  } finally {
    client.destroy();
  }
}

/** Makes a text safe to show, of at most `maxLength` characters: it may hold a file's name or a server's message. */
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
