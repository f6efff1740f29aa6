/** A job as the state machines submit it. */
export interface PipelineJob {
  readonly kind: string;
  readonly part?: 'fetch' | 'scanner' | 'summary';
  /** Job definition with its revision; name or ARN. */
  readonly definition: string;
  readonly vcpu: number;
  readonly memoryMiB: number;
  readonly timeoutSeconds: number;
}

/** What both state machines are made of. */
export interface JobsArgs {
  /** Queue of the jobs; name or ARN. */
  readonly jobQueue: string;
  readonly jobs: readonly PipelineJob[];
  /** Bucket in which jobs leave `<output prefix>/<kind>.outcome.json`. */
  readonly bucket: string;
  /** Names of the environment variables that tell a job its output prefix and its arguments (JSON). */
  readonly variables: { readonly output: string; readonly arguments: string };
}

export interface ScanDefinitionArgs extends JobsArgs {
  /** Name of the scans' table, whose partition key is `id`. */
  readonly scansTable: string;
  /** Scanners of one scan that run at once, at most. */
  readonly concurrency: number;
  /** The end of each scan is announced on this event bus. */
  readonly eventBusName: string;
  readonly event: { readonly source: string; readonly detailType: string };
}

export interface LaunchDefinitionArgs extends JobsArgs {
  /** Name of the jobs' table, whose partition key is `id`. */
  readonly jobsTable: string;
}
