/**
 * What the state machine, the job, the routes and the laptop agree on about ingest. A file is one object under
 * `incoming/`; its record in the ledger (the table `ingests`) carries it from upload to outcome.
 */

export const ingestKinds = ['prices', 'ports', 'regions'] as const;
export type IngestKind = (typeof ingestKinds)[number];

/** What a job can be asked to do beside ingesting a file of a kind: take the rows of a committed file of prices out of the
 * rates, or remove what no reader can see any more. */
export const jobTasks = ['retraction', 'sweep'] as const;
export type JobTask = (typeof jobTasks)[number];

/**
 * - `awaiting_upload`: the upload was created, its object has not arrived yet
 * - `queued`: the object has arrived, and an execution has claimed it or is about to
 * - `running`: the job has started, and has written so itself
 * - `committed`, `rejected`: the job's two outcomes, both a success of the pipeline
 * - `failed`: all attempts ended without an outcome; the file waits in the failure queue for a retry
 * - `retracting`: somebody asked for the retraction of a committed file; its rows count until it is done
 * - `retracted`, `replaced`: the file was committed, and its rows do not count any more
 */
export const ingestStates = [
  'awaiting_upload',
  'queued',
  'running',
  'committed',
  'rejected',
  'failed',
  'retracting',
  'retracted',
  'replaced',
] as const;
export type IngestState = (typeof ingestStates)[number];

/** The partition of the ledger's index `newest`, the same for all files. */
export const ingestListing = 'ingest';

const source = 'trellis.ingest';

/** Source and type of the events that the state machine publishes when a file has come to an end; docs/api.md has their
 * fields. */
export const ingestEvents = {
  committed: { source, detailType: 'Ingest Committed' },
  rejected: { source, detailType: 'Ingest Rejected' },
  failed: { source, detailType: 'Ingest Failed' },
  retracted: { source, detailType: 'Ingest Retracted' },
  replaced: { source, detailType: 'Ingest Replaced' },
  /** The file is still committed. */
  retractionFailed: { source, detailType: 'Ingest Retraction Failed' },
} as const;

/** Source of the state machine's input that asks for a retraction: `{source, detail: {ingest_id, requested_at, object}}`. */
export const retractionSource = 'trellis.retraction';

/** Seconds after which the parts of a replaced tree are removed. A reader who began with it is done long before. */
export const sweepDelaySeconds = 900;

/** Kinds of files whose commit replaces a tree, so that a sweep follows. */
export const sweptKinds: readonly IngestKind[] = ['ports', 'regions'];

/** Objects under this prefix are ingested, and nothing else in the bucket is. */
export const incomingPrefix = 'incoming/';

/**
 * The key to which the upload route has a file sent. Other S3 clients may use any key `incoming/<kind>/…`; those files get the
 * hash of key and version as their id.
 */
export function incomingKey(kind: IngestKind, ingestId: string, fileName: string): string {
  return `${incomingPrefix}${kind}/${ingestId}/${fileName}`;
}

/** Days for which the bucket keeps the parts of an upload that is not completed. */
export const partsKeptDays = 7;

/** The job writes below this prefix; objects there are not ingested. */
export const rejectsPrefix = 'rejects/';

/** The rows that a file's check refused: NDJSON of `line, column, code, value, raw`. */
export function rejectsKey(batch: string): string {
  return `${rejectsPrefix}${batch}.ndjson`;
}

/** Below this prefix each commit of prices has an object of its own: its prices added up by lane and day. It never expires,
 * since trees of regions are made from these objects. */
export const rollupsPrefix = 'rollups/';

export function rollupKey(batch: string): string {
  return `${rollupsPrefix}${batch}.gz`;
}

/** The batch of a rollup object's key. */
export function rolledUp(key: string): string {
  return key.slice(rollupsPrefix.length, -'.gz'.length);
}

/** Reasons for which a correction is rejected. */
export const reasons = {
  replacedIsGone: (id: string) =>
    `the file ${id} could not be replaced: its rows do not count any more; it was retracted or replaced meanwhile`,
  sameContent: (id: string) =>
    `the file ${id} has the same content, and its rows count; nothing was replaced`,
  /** @param codes the first of them */
  stillUsed: (codes: readonly string[], count: number) =>
    `the file is complete and leaves out ${count} that prices still use: ${codes.join(', ')}${
      count > codes.length ? ', …' : ''
    }`,
} as const;

/** Size of a job by the size of its file: the first class into which the file fits; the last takes all others. A job's
 * memory use is constant, so what grows with the file is its share of a core and its time. Fargate offers all these sizes. */
export const sizeClasses = [
  { name: 'Small', maxBytes: 32 * 2 ** 20, vcpu: 0.25, memoryMiB: 512, timeoutSeconds: 900 },
  { name: 'Medium', maxBytes: 512 * 2 ** 20, vcpu: 0.5, memoryMiB: 1024, timeoutSeconds: 3600 },
  { name: 'Large', maxBytes: Number.POSITIVE_INFINITY, vcpu: 1, memoryMiB: 2048, timeoutSeconds: 43_200 },
] as const;

/** How often a job is run that exits non-zero or takes too long, until the file has failed. */
export const ingestAttempts = 3;

/** The job's command, in the image and from the project's root. */
export const ingestCommand = ['node', 'jobs/ingest/main.ts'] as const;

/** The job's inputs as environment variables, beside the table names and `environment.ingestBucket`. */
export const ingestVariables = {
  /** The file's id in the ledger. */
  id: 'INGEST_ID',
  /** One of `ingestKinds` or `jobTasks`. */
  kind: 'INGEST_KIND',
  key: 'INGEST_KEY',
  /** The object's ETag without quotes: read with `If-Match`, so that the job reads the content for which it was started. */
  version: 'INGEST_VERSION',
  /** `true` when good rows are committed even if others are bad. */
  partial: 'INGEST_PARTIAL',
  /** The execution that claimed the file. The ledger takes what a job reports only while its execution holds the claim. */
  execution: 'INGEST_EXECUTION',
  /** The most bytes of a file in the job's size class, `Infinity` in the last one. */
  classBytes: 'INGEST_CLASS_BYTES',
} as const;
