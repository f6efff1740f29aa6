import { isUtf8 } from 'node:buffer';
import { gunzipSync } from 'node:zlib';
import { CsvError, parse } from 'csv-parse/sync';
import { BadFile, type Reject } from '../../../jobs/ingest/bad-file.ts';
import type { Limits } from '../../../jobs/ingest/limits.ts';
import type { PortSet } from '../../../jobs/ingest/port-code.ts';
import { priceColumns, priceRows } from '../../../jobs/ingest/price-rows.ts';
import { RowReport } from '../../../jobs/ingest/rejects.ts';

/** What was read of a file of prices. */
export interface Read {
  /** Accepted rows: month, day of the month, origin, destination, units. */
  readonly rows: number[][];
  readonly rejects: string;
  readonly counts: RowReport['counts'];
  /** Why the file as a whole was refused. */
  readonly refused: (Reject & { readonly message: string }) | undefined;
}

/** Reads the file by the definition: all of it at once, every record by csv-parse, every field as a string. */
export function referenceRead(stored: Buffer, ports: PortSet, limits: Limits): Read {
  const report = new RowReport(limits.rejects);
  const rows: number[][] = [];
  const sink = priceRows(ports, report, (...row) => rows.push(row));
  let refused: Read['refused'];
  try {
    const text = checked(stored[0] === 0x1f ? gunzipSync(stored) : stored, limits);
    readRecords(text, limits, sink);
    if (report.counts.rows_read === 0)
      throw new BadFile('the file has no rows', { line: 2, code: 'no_rows' });
  } catch (error) {
    if (!(error instanceof BadFile)) throw error;
    refused = { message: error.message, ...error.reject };
  }
  return { rows, rejects: report.ndjson(), counts: report.counts, refused };
}

function checked(bytes: Buffer, { lineBytes }: Limits): Buffer {
  const text = bytes.subarray(0, 3).toString('hex') === 'efbbbf' ? bytes.subarray(3) : bytes;
  let [line, column] = [1, 0];
  for (let i = 0; i < text.length; i++) {
    column++;
    const value = `0x${text.toString('hex', i, i + 1)}`;
    const at = { line, column, value };
    if (text[i] === 0) throw new BadFile('a zero byte: this is not text', { ...at, code: 'binary' });
    if (text[i] === 10) {
      [line, column] = [line + 1, 0];
    } else if (column > lineBytes) {
      const raw = text.toString('utf8', i + 1 - column, i + 1);
      const reject = { line, column, raw, code: 'line_too_long' };
      throw new BadFile(`the line is longer than ${lineBytes} bytes`, reject);
    } else if (!isUtf8(text) && isBroken(text, i)) {
      throw new BadFile('not valid UTF-8', { ...at, code: 'invalid_utf8' });
    }
  }
  return text;
}

/** Whether no valid text begins with the bytes up to the end of the character that begins at `at`. */
function isBroken(text: Buffer, at: number): boolean {
  if (!isUtf8(text.subarray(0, at))) return false;
  return [1, 2, 3, 4].every((length) => at + length > text.length || !isUtf8(text.subarray(0, at + length)));
}

function readRecords(text: Buffer, limits: Limits, sink: ReturnType<typeof priceRows>): void {
  let isHeader = true;
  let lastLine = 0;
  try {
    parse(text, {
      relax_column_count: true,
      skip_empty_lines: true,
      record_delimiter: ['\n', '\r\n'],
      max_record_size: limits.lineBytes,
      on_record: (fields: string[], { lines }) => {
        const line = Math.max(lines - (fields.join().match(/\n/g)?.length ?? 0), lastLine + 1);
        lastLine = lines;
        const raw = fields.map((field) =>
          /[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field,
        );
        if (isHeader) checkHeader(fields, line, raw.join(','));
        else if (fields.length === priceColumns.length) sink.row(fields, line);
        else {
          const column = Math.min(fields.length, priceColumns.length) + 1;
          sink.malformed(line, column, 'column_count', String(fields.length), raw.join(','));
        }
        isHeader = false;
        return null;
      },
    });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const { lines = 1, column = 0 } = error as { lines?: number; column?: number };
    throw new BadFile(error.message, { line: lines, column: column + 1, code: 'invalid_csv' });
  }
  if (isHeader) throw new BadFile('the file is empty', { code: 'empty_file' });
}

/** Headers of the fuzzed files differ from the right one in their last name, if at all. */
function checkHeader(names: readonly string[], line: number, raw: string): void {
  const value = names[3] ?? '';
  if (value === priceColumns[3]) return;
  const message = `unknown column "${value}"; the columns are ${priceColumns.join(',')}`;
  throw new BadFile(message, { line, column: 4, code: 'wrong_columns', value, raw });
}
