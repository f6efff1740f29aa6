/** Why a row, or a whole file, is refused. `line` and a numeric `column` count from 1. */
export interface Reject {
  readonly line: number;
  /** The column's name; without one, the column's number or the position in the line. */
  readonly column: string | number;
  readonly code: string;
  readonly value: string;
  readonly raw: string;
}

/** Thrown when the file as a whole cannot be read. The job then ends with the outcome `rejected`; it has not failed. */
export class BadFile extends Error {
  readonly reject: Reject;

  constructor(
    message: string,
    { line, column, code, value = '', raw = '' }: Partial<Reject> & { code: string },
  ) {
    super(message);
    this.name = 'BadFile';
    this.reject = { line: line ?? 1, column: column ?? 1, code, value, raw };
  }
}
