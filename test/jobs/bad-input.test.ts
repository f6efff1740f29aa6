import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import type { Outcome } from '../../app/ingests/ingest.ts';
import { createWorld, type World } from './support.ts';

const header = 'orig_code,dest_code,day,price\n';
const good = 'CNGGZ,EETLL,2021-01-05,100.50\n';
const regions = 'slug,name,parent_slug\nasia,Asia,\nchina,China,asia\nbaltic,Baltic,\n';
const ports = 'code,name,parent_slug\nCNGGZ,Gaganzi,china\nEETLL,Tallel,baltic\nCNSHA,Shapo,china\n';

interface Case {
  readonly name: string;
  readonly body: string | Buffer;
  /** The one reject that the report must have. */
  readonly line: number;
  readonly column: string | number;
  readonly code: string;
}

const prices: readonly Case[] = [
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
  {
    name: 'a field too few',
    body: `${header}${good}CNGGZ,EETLL,2021-01-05\n`,
    line: 3,
    column: 4,
    code: 'column_count',
  },
  {
    name: 'a field too many',
    body: `${header}CNGGZ,EETLL,2021-01-05,1,2\n`,
    line: 2,
    column: 5,
    code: 'column_count',
  },
  {
    name: 'a code in small letters',
    body: `${header}cnggz,EETLL,2021-01-05,1\n`,
    line: 2,
    column: 'orig_code',
    code: 'invalid_code',
  },
  {
    name: 'a code too long',
    body: `${header}CNGGZ,EETLLX,2021-01-05,1\n`,
    line: 2,
    column: 'dest_code',
    code: 'invalid_code',
  },
  {
    name: 'an unknown origin',
    body: `${header}CNXXX,EETLL,2021-01-05,1\n`,
    line: 2,
    column: 'orig_code',
    code: 'unknown_port',
  },
  {
    name: 'an unknown destination',
    body: `${header}CNGGZ,EEXXX,2021-01-05,1\n`,
    line: 2,
    column: 'dest_code',
    code: 'unknown_port',
  },
  {
    name: 'a lane to itself',
    body: `${header}CNGGZ,CNGGZ,2021-01-05,1\n`,
    line: 2,
    column: 'dest_code',
    code: 'same_port',
  },
  {
    name: '29 February of no leap year',
    body: `${header}CNGGZ,EETLL,2021-02-29,1\n`,
    line: 2,
    column: 'day',
    code: 'invalid_day',
  },
  {
    name: 'month 13',
    body: `${header}CNGGZ,EETLL,2021-13-01,1\n`,
    line: 2,
    column: 'day',
    code: 'invalid_day',
  },
  {
    name: 'a date the American way',
    body: `${header}CNGGZ,EETLL,01/05/2021,1\n`,
    line: 2,
    column: 'day',
    code: 'invalid_day',
  },
  {
    name: 'a negative price',
    body: `${header}${good}${good}CNGGZ,EETLL,2021-01-05,-1\n`,
    line: 4,
    column: 'price',
    code: 'price_not_positive',
  },
  {
    name: 'a price of zero',
    body: `${header}CNGGZ,EETLL,2021-01-05,0.00\n`,
    line: 2,
    column: 'price',
    code: 'price_not_positive',
  },
  {
    name: 'NaN',
    body: `${header}CNGGZ,EETLL,2021-01-05,NaN\n`,
    line: 2,
    column: 'price',
    code: 'invalid_price',
  },
  {
    name: 'Infinity',
    body: `${header}CNGGZ,EETLL,2021-01-05,Infinity\n`,
    line: 2,
    column: 'price',
    code: 'invalid_price',
  },
  {
    name: 'a price beyond all',
    body: `${header}CNGGZ,EETLL,2021-01-05,1e300\n`,
    line: 2,
    column: 'price',
    code: 'price_too_large',
  },
  {
    name: 'five decimals',
    body: `${header}CNGGZ,EETLL,2021-01-05,1.00001\n`,
    line: 2,
    column: 'price',
    code: 'too_many_decimals',
  },
  {
    name: 'a row after one that spans two lines',
    body: `${header}"CN\nGGZ",EETLL,2021-01-05,1\n`,
    line: 2,
    column: 'orig_code',
    code: 'invalid_code',
  },
  {
    name: 'NDJSON with a broken line',
    body: `{"orig_code":"CNGGZ","dest_code":"EETLL","day":"2021-01-05","price":5}\n{"orig`,
    line: 2,
    column: 1,
    code: 'invalid_json',
  },
  {
    name: 'NDJSON with an extra field',
    body: '{"orig_code":"CNGGZ","dest_code":"EETLL","day":"2021-01-05","price":5,"x":1}\n',
    line: 1,
    column: 'x',
    code: 'unknown_column',
  },
  {
    name: 'NDJSON without a field',
    body: '{"orig_code":"CNGGZ","dest_code":"EETLL","price":5}\n',
    line: 1,
    column: 'day',
    code: 'missing_column',
  },
  {
    name: 'NDJSON with a price that is no number',
    body: '{"orig_code":"CNGGZ","dest_code":"EETLL","day":"2021-01-05","price":[5]}\n',
    line: 1,
    column: 'price',
    code: 'wrong_type',
  },
];

const places: readonly (Case & { readonly kind: 'ports' | 'regions' })[] = [
  {
    kind: 'regions',
    name: 'a circle',
    body: 'slug,name,parent_slug\na,A,b\nb,B,a\nc,C,\n',
    line: 2,
    column: 'parent_slug',
    code: 'circle',
  },
  {
    kind: 'regions',
    name: 'a parent that is not there',
    body: 'slug,name,parent_slug\na,A,nowhere\n',
    line: 2,
    column: 'parent_slug',
    code: 'unknown_parent',
  },
  {
    kind: 'regions',
    name: 'too many levels',
    body: `slug,name,parent_slug\nr0,R,\n${Array.from({ length: 8 }, (_, i) => `r${i + 1},R,r${i}\n`).join('')}`,
    line: 10,
    column: 'parent_slug',
    code: 'too_deep',
  },
  {
    kind: 'regions',
    name: 'a slug twice',
    body: 'slug,name,parent_slug\na,A,\na,B,\n',
    line: 3,
    column: 'slug',
    code: 'duplicate',
  },
  {
    kind: 'regions',
    name: 'a path for a slug',
    body: 'slug,name,parent_slug\n../etc,A,\n',
    line: 2,
    column: 'slug',
    code: 'invalid_slug',
  },
  {
    kind: 'ports',
    name: 'a port without a name',
    body: 'code,name,parent_slug\nCNAAA,,china\n',
    line: 2,
    column: 'name',
    code: 'invalid_name',
  },
  {
    kind: 'ports',
    name: 'prices in its place',
    body: header + good,
    line: 1,
    column: 1,
    code: 'wrong_columns',
  },
];

describe('bad input', () => {
  let world: World;
  before(async () => {
    world = await createWorld();
    await world.ingest('regions', regions);
    await world.ingest('ports', ports);
  });
  after(() => world.close());

  async function expectNothingVisible(): Promise<void> {
    const read = await world
      .store()
      .read({ from: '2021-01-01', to: '2021-12-31', orig: 'asia', dest: 'baltic' });
    expect(read).to.deep.equal({ quotes: new Map() });
  }

  async function expectRejected(outcome: Outcome, { line, column, code }: Case): Promise<void> {
    expect(outcome.state, outcome.reason).to.equal('rejected');
    expect(outcome.rows_read).to.equal(outcome.rows_accepted + outcome.rows_rejected);
    const rejects = await world.rejects(outcome);
    expect(rejects[0]).to.include({ line, column, code });
    expect(outcome.reason).to.contain(`line ${line}, column ${column}: `);
    await expectNothingVisible();
  }

  for (const test of prices) {
    it(`rejects ${test.name}, at line ${test.line}, column ${test.column}`, async () => {
      await expectRejected(await world.ingest('prices', test.body), test);
    });
  }

  for (const test of places) {
    it(`rejects ${test.kind} with ${test.name}`, async () => {
      await expectRejected(await world.ingest(test.kind, test.body), test);
    });
  }

  it('rejects a gzip bomb as soon as it has grown too far', async () => {
    const bomb = gzipSync(header + good.repeat(2 ** 17));
    const outcome = await world.ingest('prices', bomb, {
      limits: { expansionBytes: 2 ** 16, expansionFactor: 100 },
    });
    const allowed = 2 ** 16 + 100 * bomb.length;
    expect(outcome.rows_read * good.length)
      .to.be.below(allowed + 1)
      .and.above(allowed / 2);
    const line = Number((await world.rejects(outcome))[0]?.line);
    await expectRejected(outcome, { name: '', body: '', line, column: 1, code: 'gzip_bomb' });
    expect(line).to.be.above(allowed / good.length / 2);
  });

  it('refuses more places than it holds in memory', async () => {
    const outcome = await world.ingest('regions', 'slug,name,parent_slug\na,A,\nb,B,\nc,C,\n', {
      limits: { places: 2 },
    });
    await expectRejected(outcome, { name: '', body: '', line: 4, column: 1, code: 'too_many_rows' });
  });

  it('counts every bad row and reports the first ones', async () => {
    const body =
      header +
      Array.from({ length: 50 }, (_, i) => (i % 2 ? good : `CNGGZ,EETLL,2021-01-05,-${i}\n`)).join('');
    const outcome = await world.ingest('prices', body, { limits: { rejects: 10 } });
    expect(outcome).to.include({ state: 'rejected', rows_read: 50, rows_accepted: 25, rows_rejected: 25 });
    expect(outcome.reason).to.equal(
      '25 of 50 rows are bad; the first: line 2, column price: price_not_positive "-0"',
    );
    const rejects = await world.rejects(outcome);
    expect(rejects.map(({ line }) => line)).to.deep.equal([2, 4, 6, 8, 10, 12, 14, 16, 18, 20]);
    expect(rejects[1]).to.deep.equal({
      line: 4,
      column: 'price',
      code: 'price_not_positive',
      value: '-2',
      raw: 'CNGGZ,EETLL,2021-01-05,-2',
    });
    await expectNothingVisible();
  });

  it('rejects a file that is gone, or is another by now', async () => {
    const file = await world.upload('prices', header + good);
    const outcome = await world.run({ ...file, version: '0123456789abcdef0123456789abcdef' });
    expect(outcome).to.deep.include({ state: 'rejected', rows_read: 0 });
    expect(outcome.reason).to.match(/was deleted or replaced/);
    expect(await world.run({ ...file, key: `${file.key}.no` })).to.include({ state: 'rejected' });
  });
});

function damaged(): Buffer {
  const packed = gzipSync(header + good.repeat(1000));
  packed.fill(0xff, 30, 40);
  return packed;
}
