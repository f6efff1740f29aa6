import { BadFile } from './bad-file.ts';
import { csv } from './csv-rows.ts';
import type { Limits } from './limits.ts';
import type { RowFormat, RowSink } from './row-sink.ts';

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
  const counted =
    (scan: NonNullable<RowSink['scan']>): typeof scan =>
    (bytes, from) => {
      const taken = scan(bytes, from);
      rows += taken.rows;
      return taken;
    };
  const counting: RowSink = {
    row: (fields, line) => {
      rows++;
      sink.row(fields, line);
    },
    malformed: (...problem) => {
      rows++;
      sink.malformed(...problem);
    },
    ...(sink.scan && { scan: counted(sink.scan) }),
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
