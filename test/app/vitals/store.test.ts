import { expect } from 'chai';
import { emptySeries, type SeriesMap } from '../../../app/vitals/series.ts';
import { createVitalsStore } from '../../../app/vitals/store.ts';
import { physicalName } from '../../../local/aws/tables.ts';
import { plainClient } from '../../support/clients.ts';
import { freshTables } from '../../support/tables.ts';

describe('the store of vitals', () => {
  it('reads no more than its limit, the newest first', async () => {
    const { endpoint, prefix } = await freshTables();
    const client = plainClient(endpoint);
    const table = physicalName(prefix, 'vitals');
    const hours = [1, 2, 3].map((hour) => Date.parse(`2026-01-01T0${hour}:00:00Z`));
    const series: SeriesMap = new Map([['vital a', { ...emptySeries(), count: 1 }]]);
    for (const start of hours) await createVitalsStore(client, table).write(start, 'p', series);
    const read = async (limit?: number) =>
      (await createVitalsStore(client, table, limit).read(hours[0] as number, hours[2] as number)).map(
        ({ start }) => start,
      );
    expect((await read()).sort()).to.deep.equal(hours);
    expect(await read(1)).to.deep.equal(hours.slice(2));
    client.destroy();
  });
});
