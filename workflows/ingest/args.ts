import type { IngestState } from '../../contract/ingest.ts';

export interface IngestDefinitionArgs {
  /** Name of the ledger's table, whose partition key is `id`. */
  readonly ledgerTable: string;
  /** Queue and definition (with its revision) of the job; name or ARN. */
  readonly jobQueue: string;
  readonly jobDefinition: string;
  /** Each failed file is sent here once, and kept until somebody has dealt with it. */
  readonly failureQueueUrl: string;
  /** Failures are announced on this event bus, as `failureEvent`. */
  readonly eventBusName: string;
  /** Prefix of the objects to ingest, with its slash; below it comes the kind. */
  readonly prefix: string;
  readonly kinds: readonly string[];
  /** In rising order; the last takes every larger file too. */
  readonly sizeClasses: readonly SizeClass[];
  /** Names of the environment variables that tell the job its file. */
  readonly variables: JobVariables;
  /** How often a job is run that exits non-zero. @default 3 */
  readonly attempts?: number | undefined;
}

export interface SizeClass {
  readonly name: string;
  readonly maxBytes: number;
  readonly vcpu: number;
  readonly memoryMiB: number;
  /** An attempt that takes longer is killed and counts as failed. */
  readonly timeoutSeconds: number;
}

export type JobVariables = Readonly<
  Record<'id' | 'kind' | 'key' | 'version' | 'partial' | 'execution', string>
>;

export const word = (S: IngestState) => ({ S });
