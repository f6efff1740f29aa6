import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import type { Outcome } from '../../../data/ledger/ingest.ts';
import { createWorld, type World } from '../../support/ingest-jobs.ts';
import { type BadCase, badFiles, good, header } from './bad-files.ts';
import { badPlaces, badRows } from './bad-rows.ts';

const regions = 'slug,name,parent_slug\nasia,Asia,\nchina,China,asia\nbaltic,Baltic,\n';
const ports = 'code,name,parent_slug\nCNGGZ,Gaganzi,china\nEETLL,Tallel,baltic\nCNSHA,Shapo,china\n';

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

  async function expectRejected(outcome: Outcome, { line, column, code }: BadCase): Promise<void> {
    expect(outcome.state, outcome.reason).to.equal('rejected');
    expect(outcome.rows_read).to.equal(outcome.rows_accepted + outcome.rows_rejected);
    const rejects = await world.rejects(outcome);
    expect(rejects[0]).to.include({ line, column, code });
    expect(outcome.reason).to.contain(`line ${line}, column ${column}: `);
    await expectNothingVisible();
  }

  for (const test of [...badFiles, ...badRows]) {
    it(`rejects ${test.name}, at line ${test.line}, column ${test.column}`, async () => {
      await expectRejected(await world.ingest('prices', test.body), test);
    });
  }

  for (const test of badPlaces) {
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

  it('refuses more locations than it holds in memory', async () => {
    const outcome = await world.ingest('regions', 'slug,name,parent_slug\na,A,\nb,B,\nc,C,\n', {
      limits: { locations: 2 },
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
