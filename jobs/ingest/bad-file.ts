/** Why a row, or a whole file, is refused. `line` and a numeric `column` count from 1. */
export interface Reject {
  readonly line: number;
  /** The column's name; where there is none to name, its number or the place in the line. */
  readonly column: string | number;
  readonly code: string;
  readonly value: string;
  readonly raw: string;
}

/** The file as a whole cannot be read: thrown from wherever that shows, and an outcome, not a failure of the job. */
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
