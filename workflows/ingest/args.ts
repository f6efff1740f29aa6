import type { IngestState, JobTask } from '../../contract/ingest.ts';

export interface IngestDefinitionArgs {
  /** Name of the ledger's table, whose partition key is `id`. */
  readonly ledgerTable: string;
  /** Queue and definition (with its revision) of the job; name or ARN. */
  readonly jobQueue: string;
  /** Queue of the same job on demand, where `jobQueue` is on Spot. @default none: every attempt is in `jobQueue` */
  readonly onDemandQueue?: string | undefined;
  readonly jobDefinition: string;
  /** A message for each failed file is sent here and stays until an operator has retried or deleted it. */
  readonly failureQueueUrl: string;
  /** What became of each file is published on this event bus, as one of `ingestEvents`. */
  readonly eventBusName: string;
  /** Prefix of the objects to ingest, with its slash; below it comes the kind. */
  readonly prefix: string;
  readonly kinds: readonly string[];
  /** In rising order of `maxBytes`; the last one takes every larger file too. */
  readonly sizeClasses: readonly SizeClass[];
  /** Names of the environment variables that tell the job its file. */
  readonly variables: JobVariables;
  /** @default no sweeps */
  readonly sweep?: Sweep | undefined;
  /** How often the state machine runs a file's job, the first time included, until the file has failed. @default 3 */
  readonly attempts?: number | undefined;
}

export interface Sweep {
  /** Kinds of files after whose commit a job with the kind `sweep` removes what no reader sees any more. */
  readonly kinds: readonly string[];
  /** Seconds after the commit: as long as a reader may go on with what it began with. */
  readonly delaySeconds: number;
}

export interface SizeClass {
  readonly name: string;
  readonly maxBytes: number;
  readonly vcpu: number;
  readonly memoryMiB: number;
  /** A job that runs longer is killed, which counts as a failed attempt. */
  readonly timeoutSeconds: number;
}

export interface JobVariables
  extends Readonly<Record<'id' | 'kind' | 'key' | 'version' | 'partial' | 'execution', string>> {
  /** Gets the `maxBytes` of the job's size class. @default no variable does */
  readonly classBytes?: string | undefined;
}

export const word = (S: IngestState) => ({ S });

/** The task of an execution that retracts a file, in its field `task` and as the kind that its job gets. */
export const retraction: JobTask = 'retraction';
