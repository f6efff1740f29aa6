/** Takes the rows of a file, good or bad. `fields` are in the order of the kind's columns. */
export interface RowSink {
  row(fields: readonly string[], line: number): void;
  /** Takes a row with missing, further or mistyped columns. */
  malformed(line: number, column: string | number, code: string, value: string, raw: string): void;
  /** Takes rows of CSV straight from bytes, for a sink that is faster than csv-parse. It is called where a line starts, when
   * the columns are in the order of the kind's. @default all rows come by `row` */
  scan?(bytes: Buffer, from: number): Scanned;
}

export interface Scanned {
  /** Rows that were taken, one a line. */
  readonly rows: number;
  /** Where the first line starts that was not taken: it is unusual, bad, or not whole. */
  readonly end: number;
}

/** Reads one format of rows; it is given the text in chunks. */
export interface RowFormat {
  write(chunk: Buffer): Promise<void>;
  end(): Promise<void>;
}
