import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import fc from 'fast-check';
import Fastify from 'fastify';
import type { App } from '../../app/instance.ts';
import { pageRoutes } from '../../app/page/routes.ts';
import { createPageStore, type PageStore } from '../../app/page/store.ts';
import { apiKey as apiKeyPlugin } from '../../app/plugins/api-key.ts';
import { type DatabaseProxy, databaseProxy } from '../../local/aws/database-proxy.ts';
import { databaseClient } from '../support/clients.ts';
import { emulator } from '../support/emulator.ts';
import { exercisePage } from '../support/page-clients.ts';
import { findViolation } from '../support/register-checker.ts';
import { hangLimit, sized } from '../support/rounds.ts';
import { apiKey, startService } from '../support/service.ts';
import { freshTables, type TestTables } from '../support/tables.ts';

const clients = 8;
const operationsPerClient = sized(2000, 150);

describe('the page is linearizable', function () {
  this.timeout(hangLimit);
  let proxy: DatabaseProxy;
  let tables: TestTables;

  beforeEach(async () => {
    const { endpoint } = await emulator();
    proxy = await databaseProxy(endpoint);
    tables = { ...(await freshTables(endpoint)), endpoint: proxy.endpoint };
  });
  afterEach(() => proxy.close());

  const exercise = async (urls: readonly string[]) => {
    const services = urls.map((url) => () => url);
    return (await exercisePage(services, { clients, operationsPerClient, seed: 42 })).history;
  };

  /**
   * Makes reads' answers arrive a while after the database has given them, which is when they go stale, and loses the
   * answers to some writes, which are then repeated.
   */
  function disturbAnswers(): void {
    const delays = fc.sample(fc.integer({ min: 0, max: 8 }), { seed: 41, numRuns: 1000 });
    let next = 0;
    const lost = new Set<string>();
    proxy.disturb({
      after: async ({ operation, body }) => {
        const number = delays[next++ % delays.length] as number;
        if (operation === 'GetItem') return delay(number);
        // Few enough for the SDK, which stops to repeat calls where too many fail.
        if (next % 31 > 0 || lost.has(body)) return;
        lost.add(body);
        throw new Error('cut off');
      },
    });
  }

  it('over two processes', async () => {
    const services = await Promise.all([startService(tables), startService(tables)]);
    disturbAnswers();
    const history = await exercise(services.map(({ url }) => url));
    await Promise.all(services.map((service) => service.stop()));
    expect(findViolation(history, 'dynamic string')).to.equal(undefined);
    expect(history).to.have.length(clients * operationsPerClient);
  });

  it('and this test would notice if it were not: joining a read in flight makes it fail', async () => {
    const servers = await Promise.all([joiningServer(tables), joiningServer(tables)]);
    disturbAnswers();
    const history = await exercise(servers.map((server) => server.url));
    await Promise.all(servers.map((server) => server.close()));
    expect(findViolation(history, 'dynamic string')).to.be.a('string');
  });
});

/** The page's own routes over a store that does what must not be done: readers join the read in flight. */
async function joiningServer(tables: TestTables): Promise<{ url: string; close(): Promise<void> }> {
  const database = databaseClient(tables.endpoint);
  const pace = { pageReadUnitsPerSecond: 240 };
  let inFlight: ReturnType<PageStore['read']> | undefined;
  const store: PageStore = {
    write: createPageStore(database, tables.page, pace).write,
    read: () => {
      // A store of its own for each read, since a shared one would not let two readers share.
      inFlight ??= createPageStore(database, tables.page, pace)
        .read()
        .finally(() => {
          inFlight = undefined;
        });
      return inFlight;
    },
  };
  const app = Fastify() as unknown as App;
  await app.register(apiKeyPlugin, { apiKey });
  await app.register(pageRoutes, { store });
  await app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = app.server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: async () => {
      await app.close();
      database.destroy();
    },
  };
}

function delay(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
