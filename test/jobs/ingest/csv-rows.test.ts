import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { BadFile } from '../../../jobs/ingest/bad-file.ts';
import { type Limits, limits } from '../../../jobs/ingest/limits.ts';
import { PortSet } from '../../../jobs/ingest/port-code.ts';
import { priceColumns, priceRows } from '../../../jobs/ingest/price-rows.ts';
import { RowReport } from '../../../jobs/ingest/rejects.ts';
import { readRows } from '../../../jobs/ingest/rows.ts';
import { readText } from '../../../jobs/ingest/text.ts';
import { seededRandom } from '../../../local/commands/sample/random.ts';
import { hangLimit, sized } from '../../support/rounds.ts';
import { type Read, referenceRead } from './reference-rows.ts';

const ports = new PortSet(['CNGGZ', 'CNSHA', 'EETLL', 'ZZZZZ', 'AAAAA']);
/** With runs of no bytes more rows are scanned, with long ones csv-parse reads more of them. */
const small: readonly Limits[] = [0, limits.runBytes].map((runBytes) => ({
  ...limits,
  lineBytes: 120,
  expansionBytes: 1000,
  runBytes,
}));
const usual = ['CNGGZ,EETLL,2021-01-05,100.50', 'CNSHA,EETLL,2021-01-05,7', 'ZZZZZ,AAAAA,1900-01-01,0.0001'];

/** Good and bad fields, of which most are as in `usual`. */
const codes = [
  'CNGGZ',
  'EETLL',
  'CNSHA',
  'ZZZZZ',
  'AAAAA',
  'cnggz',
  'CNGG',
  'CNGGZZ',
  'CNXXX',
  'CNGG[',
  'CNGG@',
  '',
  'é€😀',
  ' EETLL',
];
const days = [
  '2021-01-05',
  '2020-02-29',
  '2199-12-31',
  '1900-01-01',
  '2021-02-29',
  '2021-13-01',
  '1899-12-31',
  '2200-01-01',
  '2021-1-005',
  '0000-00-00',
  '20210-1-05',
  '２０２１-01-05',
  '',
];
const prices = [
  '1',
  '0.01',
  '999999999.9999',
  '999999999',
  '007.5',
  '1000000000',
  '0999999999',
  '99999999999999999999',
  '1.50000',
  '1.00001',
  '1.0000',
  '0',
  '0.0000',
  '-1',
  '-0',
  '+1',
  '1e3',
  '1.5E-2',
  '1e-5',
  '.5',
  '5.',
  '1.2.3',
  '1,5',
  ' 1',
  '1 ',
  'NaN',
  '0x10',
  '',
  '１',
  '1;5',
];
const wrap = [
  (field: string) => `"${field}"`,
  (field: string) => `"${field}\n"`,
  (field: string) => `"${field}\r\n"`,
  (field: string) => `"${field}""x"`,
  (field: string) => `"a,${field}\n\n"`,
  (field: string) => `${field}\r`,
  (field: string) => `\r${field}`,
];
const oddLines = [
  '',
  '',
  ',',
  ',,,',
  'CNGGZ',
  ' ',
  '\r',
  '""',
  '"\n"',
  '"",,"",',
  `${usual[0]},`,
  `${usual[0]},"x"`,
  'orig_code,dest_code,day,price',
];
/** Faults of a file as a whole, by the reject code that they must lead to. */
const faults: Record<string, (text: Buffer) => Buffer> = {
  binary: (text) => Buffer.concat([text, Buffer.from('CNG\0')]),
  invalid_utf8: (text) => Buffer.concat([text, Buffer.from([65, 0xe2, 0x82])]),
  line_too_long: (text) => Buffer.concat([text, Buffer.from('x'.repeat(121))]),
  invalid_csv: (text) => Buffer.concat([text, Buffer.from(`${usual[0]}\n"CNGGZ`)]),
  wrong_columns: (text) => Buffer.from(text.toString().replace('price', 'prize')),
  no_rows: () => Buffer.from('orig_code,dest_code,day,price\n\r\n'),
  empty_file: () => Buffer.from('\ufeff\n\n'),
};
const quoteFaults = [
  'CNGGZ,"EETLL"x,2021-01-05,1\n',
  'CNGGZ,EE"TLL,2021-01-05,1\n',
  '"a\n\nb\n'.repeat(40),
  '"\n',
];

describe('rows of CSV, straight from bytes or by csv-parse', () => {
  const seen = new Set<string>();

  /** Reads the stored bytes in pieces. */
  async function read(pieces: readonly Buffer[], limits: Limits): Promise<Read> {
    const report = new RowReport(limits.rejects);
    const rows: number[][] = [];
    const sink = priceRows(ports, report, (...row) => rows.push(row));
    const stored = pieces.reduce((sum, { length }) => sum + length, 0);
    let refused: Read['refused'];
    try {
      await readRows(readText(Readable.from(pieces), stored, limits), priceColumns, limits, sink);
    } catch (error) {
      if (!(error instanceof BadFile)) throw error;
      refused = { message: error.message, ...error.reject };
    }
    return { rows, rejects: report.ndjson(), counts: report.counts, refused };
  }

  function expectSame(found: Read, expected: Read, what: string): void {
    // Chai takes ten times as long to compare.
    if (JSON.stringify(found) === JSON.stringify(expected)) return;
    if (!expected.refused) expect(found, what).to.deep.equal(expected);
    // How much comes before the fault of a file, and is in its line, depends on the pieces in which the file arrives.
    const rows = Math.min(found.rows.length, expected.rows.length);
    expect(found.rows.slice(0, rows), what).to.deep.equal(expected.rows.slice(0, rows));
    const raw = expected.refused?.code === 'line_too_long' ? { raw: '' } : {};
    expect({ ...found.refused, ...raw }, what).to.deep.equal({ ...expected.refused, ...raw });
  }

  function note({ rejects, refused }: Read): void {
    for (const [, code = ''] of rejects.matchAll(/"code":"(\w+)"/g)) seen.add(code);
    if (refused) seen.add(refused.code);
  }

  it('are the same for files of every kind, cut at every byte', async () => {
    for (let seed = 1; seed <= sized(5000, 80); seed++) {
      const { stored, what } = fuzzedFile(seed);
      const own = small[seed % 2] as Limits;
      const expected = referenceRead(stored, ports, own);
      note(expected);
      const same = async (pieces: readonly Buffer[], how: string) =>
        expectSame(await read(pieces, own), expected, `${what}, ${how}`);
      await same([stored], 'in one piece');
      for (const size of [1, 2 + (seed % 40)]) await same(cutInto(stored, size), `in pieces of ${size}`);
      if (seed % 40 > 1) continue;
      for (let cut = 1; cut < stored.length; cut++)
        await same([stored.subarray(0, cut), stored.subarray(cut)], `cut at ${cut}`);
    }
  }).timeout(hangLimit);

  it('were compared for every reject code', () => {
    expect([...seen].sort()).to.deep.equal(
      [
        ...['column_count', 'invalid_code', 'unknown_port', 'same_port', 'invalid_day', 'day_out_of_range'],
        ...['invalid_price', 'price_not_positive', 'price_too_large', 'too_many_decimals'],
        ...Object.keys(faults),
      ].sort(),
    );
  });
});

/** A file of rows, most of them usual, of which some files have a fault, a byte order mark, or come as gzip. */
function fuzzedFile(seed: number): { stored: Buffer; what: string } {
  const random = seededRandom(seed);
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
  const oddness = pick([0, 0.05, 0.5, 1]);
  const ending = pick(['\n', '\n', '\r\n']);
  const field = (from: readonly string[], good: number) => {
    const value = random() < 0.7 ? pick(from.slice(0, good)) : pick(from);
    return random() < 0.15 ? pick(wrap)(value) : value;
  };
  const line = () => {
    if (random() >= oddness) return pick(usual);
    if (random() < 0.2) return pick(oddLines);
    if (random() < 0.3) return [field(codes, 2), field(codes, 3), field(days, 3), field(prices, 4)].join(',');
    const fields = pick(usual).split(',');
    const column = Math.floor(random() * fields.length);
    fields[column] = pick([codes, codes, days, prices][column] as string[]);
    return fields.join(',');
  };
  const lines = Array.from(
    { length: 1 + Math.floor(random() * 40) },
    () => line() + pick([ending, ending, '\n']),
  );
  let text: Buffer = Buffer.from(
    `${pick(['', '', '\ufeff', '\n'])}orig_code,dest_code,day,price${ending}${lines.join('')}`,
  );
  const fault = seed % 4 === 0 ? Object.values(faults)[(seed / 4) % Object.keys(faults).length] : undefined;
  if (fault) text = fault(text);
  else if (random() < 0.1)
    text = Buffer.concat([text, Buffer.from(pick(quoteFaults)), Buffer.from(usual.join('\n'))]);
  else if (random() < 0.3) text = text.subarray(0, text.length - 1);
  const isPacked = random() < 0.2;
  return {
    stored: isPacked ? gzipSync(text) : text,
    what: `seed ${seed}: ${JSON.stringify(text.toString())}`,
  };
}

function cutInto(bytes: Buffer, size: number): Buffer[] {
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
    bytes.subarray(i * size, (i + 1) * size),
  );
}
