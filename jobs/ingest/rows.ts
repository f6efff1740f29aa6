import { CsvError, parse } from 'csv-parse';
import { BadFile } from './bad-file.ts';
import type { Limits } from './limits.ts';

/** Takes the rows of a file, good or bad. `fields` are in the order of the kind's columns. */
export interface RowSink {
  row(fields: readonly string[], line: number): void;
  /** Takes a row with missing, further or mistyped columns. */
  malformed(line: number, column: string | number, code: string, value: string, raw: string): void;
}

/**
 * Hands every data row of the text to the sink: CSV with a header, or NDJSON when the first character is `{`.
 * @throws BadFile when the text is neither, has other columns, or has no rows
 */
export async function readRows(
  text: AsyncIterable<Buffer>,
  columns: readonly string[],
  limits: Limits,
  sink: RowSink,
): Promise<void> {
  let format: RowFormat | undefined;
  let rows = 0;
  const counting: RowSink = {
    row: (fields, line) => {
      rows++;
      sink.row(fields, line);
    },
    malformed: (...problem) => {
      rows++;
      sink.malformed(...problem);
    },
  };
  for await (const chunk of text) {
    format ??= chunk.toString('latin1', 0, 64).trimStart().startsWith('{')
      ? ndjson(columns, counting)
      : csv(columns, limits, counting);
    await format.write(chunk);
  }
  if (!format) throw new BadFile('the file is empty', { code: 'empty_file' });
  await format.end();
  if (rows === 0) throw new BadFile('the file has no rows', { line: 2, code: 'no_rows' });
}

interface RowFormat {
  write(chunk: Buffer): Promise<void>;
  end(): Promise<void>;
}

function csv(columns: readonly string[], limits: Limits, sink: RowSink): RowFormat {
  /** For each column its position in the file; undefined until the header has been read. */
  let positions: readonly number[] | undefined;
  let inOrder = true;
  let lastLine = 0;
  let problem: Error | undefined;

  function record(fields: string[], line: number): void {
    if (!positions) {
      positions = headerPositions(fields, columns, line);
      inOrder = positions.every((position, i) => position === i);
    } else if (fields.length !== columns.length) {
      const value = String(fields.length);
      sink.malformed(
        line,
        Math.min(fields.length, columns.length) + 1,
        'column_count',
        value,
        csvLine(fields),
      );
    } else {
      sink.row(inOrder ? fields : positions.map((position) => fields[position] as string), line);
    }
  }

  const parser = parse({
    columns: false,
    relax_column_count: true,
    skip_empty_lines: true,
    record_delimiter: ['\n', '\r\n'],
    max_record_size: limits.lineBytes,
    on_record: (fields: string[], { lines }) => {
      // A record whose quoted fields span lines starts where the one before it ended.
      const line = Math.max(lines - newlinesIn(fields), lastLine + 1);
      lastLine = lines;
      record(fields, line);
      return null;
    },
  });
  parser.on('error', (error) => {
    problem = error;
  });
  parser.resume();

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
    if (!positions) throw new BadFile('the file is empty', { code: 'empty_file' });
  }
  return { write, end };
}

function badCsv(error: Error): Error {
  if (!(error instanceof CsvError)) return error;
  // csv-parse counts fields from 0, rejects count columns from 1.
  const { lines: line = 1, column: field = 0 } = error as { lines?: number; column?: number };
  const column = field + 1;
  return new BadFile(error.message, {
    line,
    column,
    code: 'invalid_csv',
  });
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

function ndjson(columns: readonly string[], sink: RowSink): RowFormat {
  let rest: Buffer[] = [];
  let line = 0;

  function take(text: string): void {
    line++;
    if (text.trim() === '') return;
    const read = jsonFields(text, columns);
    if (Array.isArray(read)) sink.row(read, line);
    else sink.malformed(line, read.column, read.code, read.value, text);
  }

  return {
    async write(chunk) {
      let from = 0;
      for (let to = chunk.indexOf(10); to >= 0; to = chunk.indexOf(10, from)) {
        const part = chunk.subarray(from, to);
        take(rest.length > 0 ? Buffer.concat([...rest, part]).toString() : part.toString());
        rest = [];
        from = to + 1;
      }
      if (from < chunk.length) rest.push(Buffer.from(chunk.subarray(from)));
    },
    async end() {
      if (rest.length > 0) take(Buffer.concat(rest).toString());
    },
  };
}

function jsonFields(
  text: string,
  columns: readonly string[],
): string[] | { column: string | number; code: string; value: string } {
  let object: Record<string, unknown>;
  try {
    object = JSON.parse(text);
  } catch {
    return { column: 1, code: 'invalid_json', value: text };
  }
  if (typeof object !== 'object' || object === null || Array.isArray(object))
    return { column: 1, code: 'invalid_json', value: text };
  const extra = Object.keys(object).find((name) => !columns.includes(name));
  if (extra !== undefined) return { column: extra, code: 'unknown_column', value: extra };
  const fields: string[] = [];
  for (const name of columns) {
    const value = Object.hasOwn(object, name) ? object[name] : undefined;
    if (value === undefined) return { column: name, code: 'missing_column', value: '' };
    if (value !== null && typeof value !== 'string' && typeof value !== 'number')
      return { column: name, code: 'wrong_type', value: JSON.stringify(value) };
    fields.push(value === null ? '' : String(value));
  }
  return fields;
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
