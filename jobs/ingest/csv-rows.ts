import { CsvError, type Parser, parse } from 'csv-parse';
import { BadFile } from './bad-file.ts';
import type { Limits } from './limits.ts';
import type { RowFormat, RowSink } from './row-sink.ts';

const newline = 10;
const quote = 34;
/** Rows that a scan takes at least, so that the rows which csv-parse reads around them count as rare. */
const rareRows = 50;

/**
 * Reads CSV. Where the sink can scan bytes, it takes all rows that it understands; csv-parse reads the header and the rest,
 * in runs of whole records. Both ways give the same rows, rejects and line numbers.
 */
export function csv(columns: readonly string[], limits: Limits, sink: RowSink): RowFormat {
  const records = csvRecords(columns, limits, sink);
  /** The start of a line whose end is in a later chunk. */
  let rest: Buffer[] = [];
  /** Whether csv-parse is in the middle of a run, of that many bytes, and within quotes. */
  let isOpen = false;
  let runLength = 0;
  let isQuoted = false;
  /** A run goes on for this many bytes, which grow while unusual rows are frequent: to start csv-parse costs as much as a
   * hundred rows do. */
  let runBytes = 0;
  let scanned = rareRows;

  async function take(chunk: Buffer): Promise<void> {
    let at = 0;
    while (at < chunk.length) {
      if (isOpen) {
        at = await run(chunk, at);
        continue;
      }
      if (sink.scan && records.isInOrder()) {
        const { end, rows } = sink.scan(chunk, at);
        records.skip(rows);
        scanned += rows;
        at = end;
      }
      if (chunk.indexOf(newline, at) < 0) {
        if (at < chunk.length) rest.push(Buffer.from(chunk.subarray(at)));
        return;
      }
      start();
    }
  }

  function start(): void {
    runBytes = scanned < rareRows ? Math.min(limits.runBytes, 2 * runBytes + 1024) : 0;
    scanned = 0;
    runLength = 0;
    isOpen = true;
    records.start();
  }

  /** Hands bytes to csv-parse up to the end of the run, if that is in this chunk. @returns where they end */
  async function run(chunk: Buffer, from: number): Promise<number> {
    let at = from;
    while (at < chunk.length) {
      const byte = chunk[at++];
      if (byte === quote) isQuoted = !isQuoted;
      else if (byte === newline && !isQuoted && runLength + at - from >= runBytes) {
        await records.write(chunk.subarray(from, at));
        await records.end();
        isOpen = false;
        return at;
      }
    }
    runLength += at - from;
    await records.write(chunk.subarray(from));
    return at;
  }

  return {
    async write(chunk) {
      if (rest.length === 0) return take(chunk);
      const end = chunk.indexOf(newline) + 1;
      rest.push(end > 0 ? chunk.subarray(0, end) : Buffer.from(chunk));
      if (end === 0) return;
      const line = Buffer.concat(rest);
      rest = [];
      await take(line);
      await take(chunk.subarray(end));
    },
    async end() {
      if (!isOpen) records.start();
      if (rest.length > 0) await records.write(Buffer.concat(rest));
      await records.end();
      if (!records.hasHeader()) throw new BadFile('the file is empty', { code: 'empty_file' });
    },
  };
}

/** Records as csv-parse reads them, run by run. Line numbers are those of one run over all of the file. */
function csvRecords(columns: readonly string[], limits: Limits, sink: RowSink) {
  /** For each column its position in the file; undefined until the header has been read. */
  let positions: readonly number[] | undefined;
  let inOrder = false;
  let nextLine = 1;
  let problem: Error | undefined;
  let parser: Parser;

  function record(fields: string[], line: number): void {
    if (!positions) {
      positions = headerPositions(fields, columns, line);
      inOrder = positions.every((position, i) => position === i);
    } else if (fields.length !== columns.length) {
      const value = String(fields.length);
      const column = Math.min(fields.length, columns.length) + 1;
      sink.malformed(line, column, 'column_count', value, csvLine(fields));
    } else {
      sink.row(inOrder ? fields : positions.map((position) => fields[position] as string), line);
    }
  }

  function start(): void {
    parser = parse({
      columns: false,
      relax_column_count: true,
      skip_empty_lines: true,
      record_delimiter: ['\n', '\r\n'],
      max_record_size: limits.lineBytes,
      on_record: (fields: string[], { lines }) => {
        // csv-parse counts the line at which a record ends.
        record(fields, lines - newlinesIn(fields));
        return null;
      },
    });
    // The type says that this is to be read only, but it is what csv-parse counts on in, and what its errors say.
    Object.assign(parser.info, { lines: nextLine });
    parser.on('error', (error) => {
      problem = error;
    });
    parser.resume();
  }

  async function write(chunk: Buffer): Promise<void> {
    await new Promise<void>((resolve) => parser.write(chunk, () => resolve()));
    if (problem) throw badCsv(problem);
  }

  async function end(): Promise<void> {
    await new Promise<void>((resolve) => {
      parser.once('end', resolve).once('error', () => resolve());
      parser.end();
    });
    if (problem) throw badCsv(problem);
    nextLine = parser.info.lines;
  }

  /** Counts rows, one a line, that were read without csv-parse. */
  function skip(rows: number): void {
    nextLine += rows;
  }

  return { start, write, end, skip, hasHeader: () => positions !== undefined, isInOrder: () => inOrder };
}

function badCsv(error: Error): Error {
  if (!(error instanceof CsvError)) return error;
  // csv-parse counts fields from 0, rejects count columns from 1.
  const { lines: line = 1, column: field = 0 } = error as { lines?: number; column?: number };
  return new BadFile(error.message, { line, column: field + 1, code: 'invalid_csv' });
}

function headerPositions(header: readonly string[], columns: readonly string[], line: number): number[] {
  const raw = csvLine(header);
  const refuse = (column: number, value: string, what: string) => {
    const shown = value.slice(0, 64);
    return new BadFile(`${what} "${shown}"; the columns are ${columns.join(',')}`, {
      line,
      column,
      code: 'wrong_columns',
      value,
      raw,
    });
  };
  header.forEach((name, i) => {
    if (!columns.includes(name)) throw refuse(i + 1, name, 'unknown column');
    if (header.indexOf(name) !== i) throw refuse(i + 1, name, 'a second column');
  });
  return columns.map((name) => {
    const position = header.indexOf(name);
    if (position < 0) throw refuse(header.length + 1, name, 'no column');
    return position;
  });
}

/** The row as CSV, with quotes only where they are needed. */
export function csvLine(fields: readonly string[]): string {
  return fields
    .map((field) => (/[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field))
    .join(',');
}

function newlinesIn(fields: readonly string[]): number {
  let found = 0;
  for (const field of fields) {
    for (let at = field.indexOf('\n'); at >= 0; at = field.indexOf('\n', at + 1)) found++;
  }
  return found;
}
