import { expect } from 'chai';
import { portsCsv, regionsCsv } from '../../local/sample/places.ts';
import { pricesCsv } from '../../local/sample/prices.ts';
import { createWorld, type World } from './support.ts';

describe('the ingest job as a process', () => {
  let world: World;
  before(async () => {
    world = await createWorld();
  });
  after(async () => {
    await world.close();
  });

  it('commits regions, ports and prices, and says so in the ledger', async () => {
    const files = {
      regions: regionsCsv(),
      ports: portsCsv(1),
      prices: [...pricesCsv({ rows: 5000, seed: 1 })].join(''),
    } as const;
    for (const [kind, body] of Object.entries(files)) {
      const file = await world.upload(kind as keyof typeof files, body);
      const job = world.spawn(file);
      expect(await job.ended, job.output()).to.equal(0);
      const rows = body.trimEnd().split('\n').length - 1;
      expect(await world.ledger.read(file.id), job.output()).to.include({
        state: 'committed',
        rows_read: rows,
        rows_accepted: rows,
        rows_rejected: 0,
      });
    }
  });

  it('rejects a line without end in little memory, and exits 0', async () => {
    // As large as the emulator takes in one piece; what is kept of a line does not depend on its length.
    const file = await world.upload('prices', `orig_code,dest_code,day,price\n${'x'.repeat(10_000_000)}`);
    const job = world.spawn(file);
    expect(await job.ended, job.output()).to.equal(0);
    const entry = await world.ledger.read(file.id);
    expect(entry?.state).to.equal('rejected');
    expect(entry?.reason).to.equal('line 2, column 65537: the line is longer than 65536 bytes');
    expect(JSON.parse(job.output()).peak_memory_mb).to.be.below(250);
  });

  it('leaves a file alone that is settled, or claimed by another execution', async () => {
    const file = await world.upload('regions', regionsCsv());
    expect(await world.spawn(file).ended).to.equal(0);
    const before = await world.ledger.read(file.id);
    const again = world.spawn({ ...file, key: 'incoming/regions/gone' });
    expect(await again.ended).to.equal(0);
    expect(await world.ledger.read(file.id)).to.deep.equal(before);
  });

  it('exits otherwise, with a word in the ledger, when it cannot do its work', async () => {
    const file = await world.upload('regions', regionsCsv());
    const job = world.spawn(file, { TABLE_RATES: 'nowhere' });
    expect(await job.ended).to.equal(1);
    const entry = await world.ledger.read(file.id);
    expect(entry?.state).to.equal('running');
    expect(entry?.reason).to.equal('Requested resource not found');
    expect(await world.spawn(file).ended).to.equal(0);
    expect(await world.ledger.read(file.id)).to.include({ state: 'committed' });
  });
});
