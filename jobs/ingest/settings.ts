import { environment } from '../../contract/environment.ts';
import {
  type IngestKind,
  ingestKinds,
  ingestVariables,
  type JobTask,
  jobTasks,
} from '../../contract/ingest.ts';
import { tableVariable } from '../../contract/tables.ts';
import type { IngestFile } from './job.ts';

export interface JobSettings {
  readonly file: IngestFile;
  /** What to do in place of ingesting the file. */
  readonly task: JobTask | undefined;
  /** The most bytes of a file in the job's size class. */
  readonly classBytes: number;
  readonly execution: string;
  readonly bucket: string;
  readonly ratesTable: string;
  readonly ingestsTable: string;
}

/**
 * The job's inputs from environment variables.
 * @throws Error that names every missing or wrong variable at once.
 */
export function readJobSettings(variables: NodeJS.ProcessEnv): JobSettings {
  const problems: string[] = [];
  const required = (name: string): string => {
    const value = variables[name];
    if (!value) problems.push(`${name} is required`);
    return value ?? '';
  };
  const kind = required(ingestVariables.kind);
  const kinds: readonly string[] = [...ingestKinds, ...jobTasks];
  if (kind && !kinds.includes(kind)) {
    problems.push(`${ingestVariables.kind} must be one of ${kinds.join(', ')}, not "${kind}"`);
  }
  const task = jobTasks.find((name) => name === kind);
  const partial = variables[ingestVariables.partial] || 'false';
  if (partial !== 'true' && partial !== 'false') {
    problems.push(`${ingestVariables.partial} must be true or false, not "${partial}"`);
  }
  const classBytes = Number(variables[ingestVariables.classBytes] || Number.POSITIVE_INFINITY);
  if (!(classBytes > 0)) problems.push(`${ingestVariables.classBytes} must be a number above 0, or Infinity`);
  const settings: JobSettings = {
    task,
    classBytes,
    file: {
      id: required(ingestVariables.id),
      // Only prices are retracted.
      kind: task ? 'prices' : (kind as IngestKind),
      key: required(ingestVariables.key),
      version: required(ingestVariables.version),
      partial: partial === 'true',
    },
    execution: required(ingestVariables.execution),
    bucket: required(environment.ingestBucket),
    ratesTable: required(tableVariable('rates')),
    ingestsTable: required(tableVariable('ingests')),
  };
  if (problems.length > 0)
    throw new Error(`the environment has problems:\n${problems.map((p) => `  ${p}`).join('\n')}`);
  return settings;
}
