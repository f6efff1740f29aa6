/** A line of the worker's log. */
export interface LogEntry {
  readonly level: 'info' | 'warn' | 'error';
  readonly msg: string;
  /** The message that it is about. */
  readonly messageId?: string;
  /** Times that the message was received. */
  readonly receives?: number;
  readonly error?: string;
}

export type Log = (entry: LogEntry) => void;

/** JSON, one entry a line, as CloudWatch Logs Insights reads it. */
export function logToStdout(entry: LogEntry): void {
  console.log(JSON.stringify({ time: new Date().toISOString(), ...entry }));
}

export function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // A failed `fetch` says only in its cause why.
  return error.cause instanceof Error
    ? `${error.name}: ${error.message}: ${error.cause.message}`
    : `${error.name}: ${error.message}`;
}
