/**
 * What the state machines, the jobs, the routes and the laptop agree on about scans and job runs. A scan is one item of the
 * table `scans`, a job run (of `/api/v1/jobs`) one of the table `jobs`; what jobs find is JSON in the scans bucket.
 */

/** `completed`: every job succeeded; `partial`: some did; `failed`: there is nothing to show. */
export const scanStatuses = ['queued', 'running', 'completed', 'partial', 'failed'] as const;
export type ScanStatus = (typeof scanStatuses)[number];

/** Statuses of a job of a scan, and of a job run of its own. A job is `running` once it is submitted, also while it waits
 * for capacity. */
export const jobStatuses = ['queued', 'running', 'succeeded', 'failed'] as const;
export type JobStatus = (typeof jobStatuses)[number];

/** Most severe first. */
export const severities = ['high', 'medium', 'low'] as const;
export type Severity = (typeof severities)[number];

/** Prefix in the bucket under which the jobs of a scan, or a job run, put their objects. */
export const outputPrefix = {
  scan: (id: string) => `scans/${id}`,
  job: (id: string) => `jobs/${id}`,
} as const;

/** The repository's files as `fetch` leaves them, below an output prefix. */
export const sourceObject = 'source.tar';

/** The object with everything that a job found, below an output prefix. */
export const resultObject = (kind: string) => `${kind}.json`;

/** How a job ended, below an output prefix: `status`, `reason` and a few numbers. It must stay small, since the states of
 * the state machine pass it on. */
export const outcomeObject = (kind: string) => `${kind}.outcome.json`;

/** The job's inputs as environment variables, beside those of `jobEnvironment`. */
export const jobVariables = {
  /** An output prefix. */
  output: 'JOB_OUTPUT',
  /** JSON object that fits the schema of the job's kind. */
  arguments: 'JOB_ARGUMENTS',
} as const;

/** The partition of the index `newest`, the same for all scans, and that of `unfinished`. */
export const scanListing = 'scan';
export const unfinished = 'yes';

/** Source and type of the event that is published when a scan has ended. */
export const scanEvent = { source: 'trellis.scans', detailType: 'Scan Finished' } as const;

/** Days for which the bucket keeps what jobs found, at least; then scans and jobs say that their results have expired. */
export const resultDays = 90;

/** The time until which results are surely kept, of a scan or job run requested at `created_at`. Then they count as
 * expired. */
export function resultsExpireAt(created_at: string): Date {
  return new Date(Date.parse(created_at) + resultDays * 24 * 3600 * 1000);
}

/**
 * Most that ECS takes as a job's overrides (its environment and size, as JSON). Batch accepts a job that has more, and the
 * job then fails before it starts. ECS counts characters; here bytes are counted, of which there are never fewer.
 */
export const maxOverrides = 8192;
/** Most that Batch itself adds to them: variables with the job's id and the names of queue and compute environment. */
export const overridesOfBatch = 1024;
/** Most that `jobVariables.arguments` may take, so that the rest of a job's overrides fits beside it. */
export const maxArguments = 6144;

/** Bytes of a value as JSON. */
export function jsonBytes(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}
