import { performance } from 'node:perf_hooks';
import { expect } from 'chai';
import { Pool } from 'undici';
import { databaseProxy } from '../../local/aws/database-proxy.ts';
import { emulator } from '../support/emulator.ts';
import { hangLimit, sized } from '../support/rounds.ts';
import { startService } from '../support/service.ts';
import { freshTables } from '../support/tables.ts';

const connections = 512;
const seconds = sized(5, 2);
/** Milliseconds added to each read, so that one read per request would be far above the bound. */
const distance = 5;

describe('reads of the page', function () {
  this.timeout(hangLimit);

  it(`are constant however many look: ${connections} connections for ${seconds} s`, async () => {
    const { endpoint } = await emulator();
    const proxy = await databaseProxy(endpoint);
    const tables = await freshTables(endpoint);
    proxy.disturb({ after: () => new Promise((resolve) => setTimeout(resolve, distance)) });
    const service = await startService({ ...tables, endpoint: proxy.endpoint });
    const pool = new Pool(service.url, { connections });

    let answered = 0;
    const start = performance.now();
    const end = start + seconds * 1000;
    const look = async (): Promise<void> => {
      while (performance.now() < end) {
        const { statusCode, body } = await pool.request({ method: 'GET', path: '/page' });
        expect(statusCode).to.equal(200);
        await body.dump();
        answered++;
      }
    };
    await Promise.all(Array.from({ length: connections }, look));
    const took = performance.now() - start;

    const reads = proxy.callsTo(tables.page);
    for (const { body } of reads) expect(JSON.parse(body)).to.include({ ConsistentRead: true });
    const trips = reads.map((call) => call.roundTrip).filter((trip) => trip !== undefined);
    const meanTrip = trips.reduce((sum, trip) => sum + trip, 0) / trips.length;
    const bound = 2 + (2 * took) / meanTrip;
    expect(reads.length).to.be.at.most(bound);
    // Else one read per request would have been within the bound, and this would show nothing.
    expect(answered).to.be.above(bound);

    await pool.destroy();
    await service.stop();
    await proxy.close();
  });
});
