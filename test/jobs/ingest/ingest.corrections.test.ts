import { DeleteObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { expect } from 'chai';
import { sweepDelaySeconds } from '../../../contract/ingest.ts';
import { createRatesTable } from '../../../data/rates/table.ts';
import type { IngestFile } from '../../../jobs/ingest/job.ts';
import { createWorld, type World } from '../../support/ingest-jobs.ts';

const regions = 'slug,name,parent_slug\nasia,Asia,\nafrica,Africa,\nchina,China,asia\n';
const ports = 'code,name,parent_slug\nCNGGZ,Gaganzi,china\nEETLL,Tallel,\n';
const header = 'orig_code,dest_code,day,price\n';
const day = '2021-01-05';
const pricesOf = (...prices: number[]) =>
  header + prices.map((price) => `CNGGZ,EETLL,${day},${price}\n`).join('');
const later = (sweepDelaySeconds + 1) * 1000;

describe('corrections', () => {
  let world: World;
  beforeEach(async () => {
    world = await createWorld();
    await world.ingest('regions', regions);
    await world.ingest('ports', ports);
  });
  afterEach(() => world.close());

  /** Counts and sums, in whole units, from the port and the regions around it. */
  async function cells(store = world.store()): Promise<Record<string, string>> {
    const found: Record<string, string> = {};
    for (const orig of ['CNGGZ', 'china', 'asia', 'africa']) {
      const read = await store.read({ from: day, to: day, orig, dest: 'EETLL' });
      const quotes = 'quotes' in read ? read.quotes.get(day) : undefined;
      found[orig] = quotes ? `${quotes.count} ${quotes.sum / 10_000n}` : 'none';
    }
    return found;
  }
  const everywhere = (cell: string) => ({ CNGGZ: cell, china: cell, asia: cell, africa: 'none' });

  async function committed(body: string, replaces?: IngestFile): Promise<IngestFile> {
    const file = await world.upload('prices', body, replaces ? { replaces: replaces.id } : {});
    expect(await world.run(file)).to.include({ state: 'committed', duplicate_of: undefined });
    return file;
  }

  it('a retracted file counts nowhere any more, in tasks that remember its commit too', async () => {
    const store = world.store();
    const first = await committed(pricesOf(1, 2, 3));
    await committed(pricesOf(10));
    expect(await cells(store)).to.deep.equal(everywhere('4 16'));
    await world.retract(first);
    expect(await cells(store)).to.deep.equal(everywhere('1 10'));
    expect(await cells()).to.deep.equal(everywhere('1 10'));
    const record = await world.ledger.read(first.id);
    expect(record).to.include({ state: 'retracted', retraction_requested_by: 'a test' });
    expect(record?.ended_at).to.match(/^\d{4}-/);
    const [batch] = await createRatesTable(world.client, world.ratesTable).batches([
      String(record?.batch?.split('-')[0]),
    ]);
    expect(batch?.reversedBy).to.equal(record?.reversed_by);
  });

  it('a retraction that is carried out twice, or after its file is gone, changes nothing more', async () => {
    const file = await committed(pricesOf(1, 2, 3));
    await world.s3.send(new DeleteObjectCommand({ Bucket: world.bucket, Key: file.key }));
    await world.retract(file);
    await world.retract(file);
    expect(await cells()).to.deep.equal(everywhere('none'));
  });

  it('one file replaces another in one step', async () => {
    const first = await committed(pricesOf(1, 2, 3));
    const second = await committed(pricesOf(4), first);
    expect(await cells()).to.deep.equal(everywhere('1 4'));
    expect(await world.ledger.read(first.id)).to.include({ state: 'replaced', replaced_by: second.id });
    expect(await world.ledger.read(second.id)).to.include({ state: 'committed', replaces: first.id });
  });

  it('the same content counts again once it was replaced or retracted, as often as that happens', async () => {
    const [a, b] = [pricesOf(1, 2), pricesOf(5)];
    let last = await committed(a);
    for (const body of [b, a, b, a]) last = await committed(body, last);
    expect(await cells()).to.deep.equal(everywhere('2 3'));
    await world.retract(last);
    last = await committed(a);
    expect(await cells()).to.deep.equal(everywhere('2 3'));
    expect(await world.ingest('prices', a)).to.include({ duplicate_of: last.id });
  });

  it('a replacement is rejected, and changes nothing, when another was faster or nothing would change', async () => {
    const first = await committed(pricesOf(1));
    const other = await committed(pricesOf(2));
    const replaces = first.id;
    for (const body of [pricesOf(1), pricesOf(2)]) {
      const { state, reason } = await world.ingest('prices', body, { replaces });
      expect(state).to.equal('rejected');
      expect(reason)
        .to.include('the same content')
        .and.to.include(body === pricesOf(1) ? first.id : other.id);
    }
    const bad = await world.ingest('prices', `${pricesOf(3)}CNGGZ,EETLL,${day},none\n`, { replaces });
    expect(bad).to.include({ state: 'rejected', rows_rejected: 1 });
    expect(await cells()).to.deep.equal(everywhere('2 3'));
    await world.retract(first);
    const late = await world.ingest('prices', pricesOf(4), { replaces });
    expect(late.reason).to.include(first.id).and.to.include('do not count any more');
    expect(await cells()).to.deep.equal(everywhere('1 2'));
  });

  it('a new tree holds what counts, and takes part in later corrections', async () => {
    const [first, second] = [await committed(pricesOf(1)), await committed(pricesOf(2))];
    const third = await committed(pricesOf(4));
    await world.retract(first);
    await world.ingest('regions', 'slug,name,parent_slug\nchina,China,africa\n');
    expect(await cells()).to.deep.equal({ CNGGZ: '2 6', china: '2 6', asia: 'none', africa: '2 6' });
    await world.retract(second);
    await committed(pricesOf(8), third);
    expect(await cells()).to.deep.equal({ CNGGZ: '1 8', china: '1 8', asia: 'none', africa: '1 8' });
  });

  it('rows that a partial file left out come in when it is run again and their ports are known', async () => {
    const body = `${pricesOf(1)}CNSHA,EETLL,${day},2\n`;
    const file = await world.upload('prices', body, { partial: true });
    expect(await world.run(file)).to.include({ rows_accepted: 1, rows_rejected: 1 });
    expect(await world.run(file)).to.include({ rows_accepted: 1, rows_rejected: 1 });
    await world.ingest('ports', 'code,name,parent_slug\nCNSHA,Shapo,china\n');
    expect(await world.run(file)).to.include({ rows_accepted: 2, rows_rejected: 0, duplicate_of: undefined });
    expect(await cells()).to.deep.equal({ CNGGZ: '1 1', china: '2 3', asia: '2 3', africa: 'none' });
    expect(await world.ledger.read(file.id)).to.include({ state: 'committed', rows_accepted: 2 });
    await world.retract(file);
    expect(await cells()).to.deep.equal(everywhere('none'));
  });

  it('a list of ports adds and changes; a complete one removes, but nothing that prices use', async () => {
    await committed(pricesOf(1));
    const store = createRatesTable(world.client, world.ratesTable);
    const codes = async () =>
      (await store.locations((await store.pointer()).active.ports)).map(({ id }) => id);
    await world.ingest('ports', 'code,name,parent_slug\nCNSHA,Shapo,china\n');
    expect(await codes()).to.deep.equal(['CNGGZ', 'CNSHA', 'EETLL']);
    const short = 'code,name,parent_slug\nCNGGZ,Gaganzi,china\n';
    const outcome = await world.ingest('ports', short, { complete: true });
    expect(outcome.state).to.equal('rejected');
    expect(outcome.reason).to.match(/leaves out 1 that prices still use: EETLL$/);
    expect(await codes()).to.deep.equal(['CNGGZ', 'CNSHA', 'EETLL']);
    await world.ingest('ports', ports, { complete: true });
    expect(await codes()).to.deep.equal(['CNGGZ', 'EETLL']);
    const fewer = 'slug,name,parent_slug\nasia,Asia,\nafrica,Africa,\n';
    expect((await world.ingest('regions', fewer, { complete: true })).reason).to.match(/use: china$/);
    expect(await cells()).to.deep.equal(everywhere('1 1'));
  });

  it('a sweep leaves nothing of trees that were replaced, once their readers are done', async () => {
    await committed(pricesOf(1));
    await world.ingest('regions', 'slug,name,parent_slug\nchina,China,africa\n');
    expect(await world.sweep()).to.include({ segments: 0 });
    expect(await world.sweep(later)).to.deep.include({ segments: 2, lists: 1, objects: 0 });
    const nothing = { segments: 0, trees: 0, drafts: 0, lists: 0, objects: 0 };
    expect(await world.sweep(later)).to.deep.equal(nothing);
    expect(await cells()).to.deep.equal({ CNGGZ: '1 1', china: '1 1', asia: 'none', africa: '1 1' });
    const { Contents } = await world.s3.send(
      new ListObjectsV2Command({ Bucket: world.bucket, Prefix: 'rollups/' }),
    );
    expect(Contents?.length).to.be.above(0);
  });
});
