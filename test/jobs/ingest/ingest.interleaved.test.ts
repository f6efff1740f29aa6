import { expect } from 'chai';
import type { RatesStore } from '../../../app/rates/store.ts';
import { createRatesTable } from '../../../data/rates/table.ts';
import { type Call, type DatabaseProxy, databaseProxy } from '../../../local/aws/database-proxy.ts';
import { createWorld, type World } from '../../support/ingest-jobs.ts';

const regions = 'slug,name,parent_slug\nasia,Asia,\nafrica,Africa,\nchina,China,asia\n';
const chinaInAfrica = regions.replace('china,China,asia', 'china,China,africa');
const ports = 'code,name,parent_slug\nCNGGZ,Gaganzi,china\nEETLL,Tallel,\n';
const morePorts = `${ports}CNSHA,Shapo,china\n`;
const header = 'orig_code,dest_code,day,price\n';
const day = '2021-01-05';
const prices = (price: number) => `${header}CNGGZ,EETLL,${day},${price}\n`;

/** The one order of steps that a test is about, made by holding one process's call until others are done. */
describe('steps that come between', () => {
  let world: World;
  let proxy: DatabaseProxy;
  beforeEach(async () => {
    world = await createWorld();
    proxy = await databaseProxy(world.tables.endpoint);
    await world.ingest('regions', regions);
    await world.ingest('ports', ports);
    await world.ingest('prices', prices(100));
  });
  afterEach(async () => {
    await proxy.close();
    await world.close();
  });

  /** Lets `work` run up to the first call that is meant, then all of `between`, then goes on. */
  async function hold<T>(
    isMeant: (call: Call) => boolean,
    work: () => Promise<T>,
    between: () => Promise<unknown>,
  ): Promise<T> {
    let meanwhile: Promise<unknown> | undefined;
    proxy.disturb({
      before: async (call) => {
        if (!isMeant(call)) return;
        meanwhile ??= between();
        await meanwhile;
      },
    });
    const result = await work();
    expect(meanwhile, 'the call that was to be held').to.not.equal(undefined);
    await meanwhile;
    return result;
  }

  async function counts(store: RatesStore = world.store()): Promise<Record<string, number>> {
    const found: Record<string, number> = {};
    for (const orig of ['CNGGZ', 'china', 'asia', 'africa']) {
      const read = await store.read({ from: day, to: day, orig, dest: 'EETLL' });
      found[orig] = 'quotes' in read ? (read.quotes.get(day)?.count ?? 0) : -1;
    }
    return found;
  }

  const isFlip = (call: Call) =>
    call.operation === 'TransactWriteItems' && call.body.includes('"ACTIVATION"');
  const isCommit = (call: Call) => call.operation === 'TransactWriteItems' && call.body.includes('"BATCH"');

  it('prices committed while a tree is built are in it', async () => {
    const file = await world.upload('regions', chinaInAfrica);
    await hold(
      isFlip,
      () => world.runThrough(proxy.endpoint, file),
      () => world.ingest('prices', prices(200)),
    );
    expect(await counts()).to.deep.equal({ CNGGZ: 2, china: 2, asia: 0, africa: 2 });
  });

  it('prices go to a tree that became active just before their commit', async () => {
    const file = await world.upload('prices', prices(200));
    await hold(
      isCommit,
      () => world.runThrough(proxy.endpoint, file),
      () => world.ingest('regions', chinaInAfrica),
    );
    expect(await counts()).to.deep.equal({ CNGGZ: 2, china: 2, asia: 0, africa: 2 });
  });

  it('a tree that another file outdated while it was built is built anew', async () => {
    const file = await world.upload('regions', chinaInAfrica);
    await hold(
      isFlip,
      () => world.runThrough(proxy.endpoint, file),
      () => world.ingest('ports', morePorts),
    );
    await world.ingest('prices', `${header}CNSHA,EETLL,${day},50\n`);
    expect(await counts()).to.deep.equal({ CNGGZ: 1, china: 2, asia: 0, africa: 2 });
  });

  it('a reader between whose pages a file is committed sees none of it', async () => {
    const store = world.storeThrough(proxy.endpoint);
    // It knows the places already, so that the query which is held is that of the lane, for months that it does not know.
    await counts(store);
    const read = await hold(
      ({ operation }) => operation === 'Query',
      () => store.read({ from: day, to: '2022-12-31', orig: 'asia', dest: 'EETLL' }),
      () => world.ingest('prices', prices(200)),
    );
    expect(read).to.deep.equal({ quotes: new Map([[day, { count: 1, sum: 1_000_000n }]]) });
    expect((await counts()).asia).to.equal(2);
  });

  it('the same partial file, read against other ports by two jobs, counts as the first that commits it', async () => {
    const body = `${header}CNGGZ,EETLL,${day},200\nCNSHA,EETLL,${day},300\n`;
    const [first, second] = [
      await world.upload('prices', body, { partial: true }),
      await world.upload('prices', body, { partial: true }),
    ];
    const outcome = await hold(
      isCommit,
      () => world.runThrough(proxy.endpoint, first),
      async () => {
        await world.ingest('ports', morePorts);
        expect(await world.run(second)).to.include({ state: 'committed', rows_accepted: 2 });
      },
    );
    expect(outcome).to.include({ state: 'committed', rows_accepted: 2, duplicate_of: second.id });
    expect(await counts()).to.deep.equal({ CNGGZ: 2, china: 3, asia: 3, africa: 0 });
  });

  /** What a job writes into the table, in the order of its calls: items of a batch, or a commit. */
  const written = () =>
    proxy.calls
      .filter(({ operation }) => operation === 'BatchWriteItem' || operation === 'TransactWriteItems')
      .map(({ operation, body }) =>
        operation === 'BatchWriteItem'
          ? [...body.matchAll(/"pk":\{"S":"([^"]+)"/g)].map(([, pk]) => pk?.replace(/#T#.*/, '')).sort()
          : 'commit',
      );

  it('prices that others committed before are not written again: only the commit is', async () => {
    const file = await world.upload('prices', prices(200));
    await hold(
      isCommit,
      () => world.runThrough(proxy.endpoint, file),
      () => world.ingest('prices', prices(300)),
    );
    const segments = ['R#CNGGZ#EETLL', 'R#asia#EETLL', 'R#china#EETLL'];
    expect(written()).to.deep.equal([segments, 'commit', 'commit']);
  });

  it('a tree that came up meanwhile gets the lanes of regions alone, and the batch names both trees', async () => {
    const file = await world.upload('prices', prices(200));
    const { batch } = await hold(
      isCommit,
      () => world.runThrough(proxy.endpoint, file),
      () => world.ingest('regions', chinaInAfrica),
    );
    const [first, , second] = written();
    expect(first).to.deep.equal(['R#CNGGZ#EETLL', 'R#asia#EETLL', 'R#china#EETLL']);
    expect(second).to.deep.equal(['R#africa#EETLL', 'R#china#EETLL']);
    const batches = await createRatesTable(world.client, world.ratesTable).batches([
      String(batch).split('-')[0] ?? '',
    ]);
    expect(batches.map(({ trees }) => trees.length)).to.deep.equal([2]);
  });

  it('prices that are committed already are neither read nor written, whoever brings them', async () => {
    const [first, copy] = [
      await world.upload('prices', prices(200)),
      await world.upload('prices', prices(200)),
    ];
    expect(await world.run(first)).to.include({
      state: 'committed',
      rows_accepted: 1,
      duplicate_of: undefined,
    });
    for (const [file, duplicate_of] of [
      [first, undefined],
      [copy, first.id],
    ] as const) {
      proxy.reset();
      const outcome = await world.runThrough(proxy.endpoint, file);
      expect(outcome).to.include({ state: 'committed', rows_accepted: 1, duplicate_of });
      expect(proxy.calls.map(({ operation }) => operation)).to.deep.equal(['BatchGetItem']);
    }
  });

  it('prices of which a row is refused are not committed, unless a part is asked for', async () => {
    const body = `${prices(200)}CNGGZ,EETLL,${day},none\n`;
    const outcome = await world.ingest('prices', body);
    expect(outcome).to.include({ state: 'rejected', rows_read: 2, rows_rejected: 1 });
    expect(await world.rejects(outcome)).to.have.length(1);
    expect((await counts()).CNGGZ).to.equal(1);
    expect(await world.ingest('prices', body, { partial: true })).to.include({ state: 'committed' });
    expect((await counts()).CNGGZ).to.equal(2);
  });
});
