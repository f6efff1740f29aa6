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
      console.log(job.output());
    }
  });
});
