import { gzipSync } from 'node:zlib';

export const header = 'orig_code,dest_code,day,price\n';
export const good = 'CNGGZ,EETLL,2021-01-05,100.50\n';

export interface BadCase {
  readonly name: string;
  readonly body: string | Buffer;
  /** The one reject that the report must have. */
  readonly line: number;
  readonly column: string | number;
  readonly code: string;
}

/** Texts that are no file of prices at all. */
export const badFiles: readonly BadCase[] = [
  { name: 'an empty file', body: '', line: 1, column: 1, code: 'empty_file' },
  { name: 'nothing but a byte order mark', body: '\ufeff', line: 1, column: 1, code: 'empty_file' },
  { name: 'nothing but blank lines', body: '\n\n\n', line: 1, column: 1, code: 'empty_file' },
  { name: 'a header without rows', body: header, line: 2, column: 1, code: 'no_rows' },
  {
    name: 'an unknown column',
    body: `orig_code,dest_code,date,price\n${good}`,
    line: 1,
    column: 3,
    code: 'wrong_columns',
  },
  {
    name: 'a column twice',
    body: `orig_code,dest_code,day,day\n${good}`,
    line: 1,
    column: 4,
    code: 'wrong_columns',
  },
  {
    name: 'a column too few',
    body: 'orig_code,dest_code,day\nCNGGZ,EETLL,2021-01-05\n',
    line: 1,
    column: 4,
    code: 'wrong_columns',
  },
  {
    name: 'binary',
    body: Buffer.concat([Buffer.from(header + good), Buffer.from([65, 66, 0, 1])]),
    line: 3,
    column: 3,
    code: 'binary',
  },
  {
    name: 'invalid UTF-8',
    body: Buffer.concat([Buffer.from(`${header}${good}CNG`), Buffer.from([0xc3, 0x28])]),
    line: 3,
    column: 4,
    code: 'invalid_utf8',
  },
  {
    name: 'a character cut off at the end',
    body: Buffer.concat([Buffer.from(header + good), Buffer.from([0xe2, 0x82])]),
    line: 3,
    column: 1,
    code: 'invalid_utf8',
  },
  { name: 'UTF-16', body: Buffer.from(header + good, 'utf16le'), line: 1, column: 2, code: 'binary' },
  {
    name: 'a line that is too long',
    body: `${header}${good}${'x'.repeat(70_000)}`,
    line: 3,
    column: 65_537,
    code: 'line_too_long',
  },
  {
    name: 'a line of commas',
    body: `${header}${good}${','.repeat(70_000)}\n`,
    line: 3,
    column: 65_537,
    code: 'line_too_long',
  },
  {
    name: 'a quote that never ends',
    body: `${header}${good}"CNGGZ,EETLL,2021-01-05,100\n`,
    line: 3,
    column: 1,
    code: 'invalid_csv',
  },
  {
    name: 'a quoted field over all lines to come',
    body: `${header}"${'CNGGZ\n'.repeat(20_000)}`,
    line: 10_924,
    column: 1,
    code: 'invalid_csv',
  },
  {
    name: 'a quote in the middle',
    body: `${header}CNGGZ,EE"TLL,2021-01-05,100\n`,
    line: 2,
    column: 2,
    code: 'invalid_csv',
  },
  { name: 'damaged gzip', body: damaged(), line: 1, column: 1, code: 'invalid_gzip' },
  {
    name: 'gzip cut short',
    body: gzipSync(header + good.repeat(1000)).subarray(0, 60),
    line: 1,
    column: 1,
    code: 'invalid_gzip',
  },
];

function damaged(): Buffer {
  const packed = gzipSync(header + good.repeat(1000));
  packed.fill(0xff, 30, 40);
  return packed;
}
