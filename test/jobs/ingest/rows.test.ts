import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { LaneTable } from '../../../jobs/ingest/lane-table.ts';
import { limits } from '../../../jobs/ingest/limits.ts';
import { portCode, portNumber } from '../../../jobs/ingest/port-code.ts';
import { parsePrice } from '../../../jobs/ingest/price-rows.ts';
import { readRows } from '../../../jobs/ingest/rows.ts';
import { readJobSettings } from '../../../jobs/ingest/settings.ts';
import { Spill } from '../../../jobs/ingest/spill.ts';
import { readText } from '../../../jobs/ingest/text.ts';

describe('the parts of the ingest job', () => {
  const prices: readonly [string, number | string][] = [
    ['1', 10_000],
    ['0.0001', 1],
    ['1000.5', 10_005_000],
    ['1000.50000', 10_005_000],
    ['999999999.9999', 9_999_999_999_999],
    ['1000000000', 'price_too_large'],
    ['99999999999999999999999', 'price_too_large'],
    ['1e3', 10_000_000],
    ['1.5E-2', 150],
    ['1e-5', 'too_many_decimals'],
    ['1e999', 'price_too_large'],
    ['0', 'price_not_positive'],
    ['-1', 'price_not_positive'],
    ['1.00001', 'too_many_decimals'],
    ['', 'invalid_price'],
    ['.5', 'invalid_price'],
    ['5.', 'invalid_price'],
    ['1,5', 'invalid_price'],
    ['0x10', 'invalid_price'],
    [' 1', 'invalid_price'],
  ];
  for (const [text, units] of prices) {
    it(`the price ${JSON.stringify(text)} is ${units}`, () => expect(parsePrice(text)).to.equal(units));
  }

  it('a code is a number and back', () => {
    for (const code of ['AAAAA', 'CNGGZ', 'EETLL', 'ZZZZZ'])
      expect(portCode(portNumber(code))).to.equal(code);
    expect(['cnggz', 'CNGG', 'CNGGZZ', 'CN1GZ', ''].map(portNumber)).to.deep.equal([-1, -1, -1, -1, -1]);
  });

  it('rows that went through the temporary file come back in order, whole', () => {
    const spill = new Spill(0);
    const months = [24_253, 24_252];
    for (let i = 0; i < 3000; i++)
      spill.add(months[i % 2] as number, (i % 31) + 1, i, 11_881_375 - i, 9e12 + i);
    expect(spill.months).to.deep.equal([24_252, 24_253]);
    for (const _again of [1, 2]) {
      const read: number[][] = [];
      for (const rows of spill.read(24_253)) {
        for (let row = 0; row < rows.rows; row++) {
          read.push([rows.dayOfMonth(row), rows.orig(row), rows.dest(row), rows.units(row)]);
        }
      }
      const written = Array.from({ length: 1500 }, (_, i) => i * 2).map((i) => [
        (i % 31) + 1,
        i,
        11_881_375 - i,
        9e12 + i,
      ]);
      expect(read).to.deep.equal(written);
    }
    spill.dispose();
  });

  it('a table of lanes says when it is full, and when a sum would not be exact', () => {
    const table = new LaneTable(2);
    expect(table.add(1, 2, 31, 1, 5)).to.equal(true);
    expect(table.add(2, 1, 1, 2, 7)).to.equal(true);
    expect(table.add(1, 2, 31, 1, 6)).to.equal(true);
    expect(table.add(3, 3, 1, 1, 1)).to.equal(false);
    expect(table.add(1, 2, 31, 1, Number.MAX_SAFE_INTEGER)).to.equal(false);
    const cell = LaneTable.cells(0) + 30;
    expect([table.from(0), table.to(0), table.counts[cell], table.sums[cell]]).to.deep.equal([1, 2, 2, 11]);
    table.clear();
    expect(table.add(3, 3, 1, 1, 1)).to.equal(true);
    expect([table.size, table.counts[0], table.counts[30]]).to.deep.equal([1, 1, 0]);
  });

  const table: readonly [string, string | Buffer][] = [
    ['CSV', 'a,b\n1,x\n2,"y, z"\n'],
    ['columns the other way round', 'b,a\nx,1\n"y, z",2\n'],
    ['Windows lines, no last newline', 'a,b\r\n1,x\r\n2,"y, z"'],
    ['a byte order mark and blank lines', '\ufeffa,b\n\n1,x\n\n2,"y, z"\n\n'],
    ['gzip', gzipSync('a,b\n1,x\n2,"y, z"\n')],
    ['NDJSON', '{"a":1,"b":"x"}\n\n{"b":"y, z","a":"2"}'],
    ['NDJSON in gzip', gzipSync('{"a":1,"b":"x"}\n{"b":"y, z","a":2}\n')],
  ];
  for (const [what, body] of table) {
    it(`${what} is read the same, in one piece or byte by byte`, async () => {
      const bytes = Buffer.from(body as string);
      for (const size of [bytes.length, 1]) {
        const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
          bytes.subarray(i * size, (i + 1) * size),
        );
        const rows: string[][] = [];
        const text = readText(Readable.from(pieces), bytes.length, limits);
        await readRows(text, ['a', 'b'], limits, {
          row: (fields) => rows.push([...fields]),
          malformed: (...problem) => expect.fail(String(problem)),
        });
        expect(rows).to.deep.equal([
          ['1', 'x'],
          ['2', 'y, z'],
        ]);
      }
    });
  }

  it('characters that chunks cut in two are whole again', async () => {
    const bytes = Buffer.from('a\n€é😀\n');
    const pieces = Array.from(bytes, (byte) => Buffer.from([byte]));
    const rows: string[] = [];
    await readRows(readText(Readable.from(pieces), bytes.length, limits), ['a'], limits, {
      row: ([field = '']) => rows.push(field),
      malformed: (...problem) => expect.fail(String(problem)),
    });
    expect(rows).to.deep.equal(['€é😀']);
  });

  it('names every missing or wrong variable at once', () => {
    expect(() => readJobSettings({ INGEST_KIND: 'cats', INGEST_PARTIAL: 'yes' })).to.throw(
      /INGEST_KIND must be one of prices, ports, regions, not "cats"\n.*INGEST_PARTIAL[\s\S]*INGEST_ID[\s\S]*INGEST_KEY[\s\S]*INGEST_VERSION[\s\S]*INGEST_EXECUTION[\s\S]*INGEST_BUCKET[\s\S]*TABLE_RATES[\s\S]*TABLE_INGESTS/,
    );
  });
});
