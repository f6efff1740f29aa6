import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import fc from 'fast-check';
import Fastify from 'fastify';
import { Pool } from 'undici';
import type { App } from '../../app/instance.ts';
import { pageRoutes } from '../../app/page/routes.ts';
import { createPageStore, type PageStore } from '../../app/page/store.ts';
import { apiKey as apiKeyPlugin } from '../../app/plugins/api-key.ts';
import { type DatabaseProxy, databaseProxy } from '../../local/aws/database-proxy.ts';
import { databaseClient } from '../support/clients.ts';
import { emulator } from '../support/emulator.ts';
import { findViolation, type Operation } from '../support/register-checker.ts';
import { hangLimit, sized } from '../support/rounds.ts';
import { apiKey, authorization, type Service, startService } from '../support/service.ts';
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

  /** Makes reads' answers arrive a while after the database has given them, which is when they go stale. */
  function delayAnswers(): void {
    const delays = fc.sample(fc.integer({ min: 0, max: 8 }), { seed: 41, numRuns: 1000 });
    let next = 0;
    proxy.disturb({
      after: ({ operation }) =>
        operation === 'GetItem' ? delay(delays[next++ % delays.length] as number) : undefined,
    });
  }

  it('over two processes', async () => {
    const services = await Promise.all([startService(tables), startService(tables)]);
    delayAnswers();
    const history = await exercise(services.map((service: Service) => service.url));
    await Promise.all(services.map((service) => service.stop()));
    expect(findViolation(history, 'dynamic string')).to.equal(undefined);
    expect(history).to.have.length(clients * operationsPerClient);
  });

  it('and this test would notice if it were not: joining a read in flight makes it fail', async () => {
    const servers = await Promise.all([joiningServer(tables), joiningServer(tables)]);
    delayAnswers();
    const history = await exercise(servers.map((server) => server.url));
    await Promise.all(servers.map((server) => server.close()));
    expect(findViolation(history, 'dynamic string')).to.be.a('string');
  });
});

/** What 8 clients wrote and read, each one after the other, all of them at once, spread over the servers. */
async function exercise(urls: string[]): Promise<Operation[]> {
  const history: Operation[] = [];
  // Counts calls and answers as this process sees them: a total order, without a clock's equal readings.
  let moment = 0;
  const client = async (number: number): Promise<void> => {
    const pool = new Pool(urls[number % urls.length] as string, { connections: 1 });
    const kinds = fc.sample(fc.constantFrom('read', 'page', 'page', 'write'), {
      seed: 42 + number,
      numRuns: operationsPerClient,
    });
    for (const [i, kind] of kinds.entries()) {
      const from = ++moment;
      const value = kind === 'write' ? await write(pool, `${number}-${i}`) : await read(pool, kind);
      history.push({ kind: kind === 'write' ? 'write' : 'read', value, from, to: ++moment });
    }
    await pool.close();
  };
  await Promise.all(Array.from({ length: clients }, (_, number) => client(number)));
  return history;
}

async function write(pool: Pool, string: string): Promise<string> {
  const headers = { authorization, 'content-type': 'application/json' };
  const body = JSON.stringify({ string });
  const answer = await pool.request({ method: 'PUT', path: '/api/v1/page', headers, body });
  expect(answer.statusCode).to.equal(200);
  await answer.body.dump();
  return string;
}

async function read(pool: Pool, kind: 'read' | 'page'): Promise<string> {
  const path = kind === 'page' ? '/page' : '/api/v1/page';
  const answer = await pool.request({ method: 'GET', path });
  expect(answer.statusCode).to.equal(200);
  if (kind === 'read') return ((await answer.body.json()) as { string: string }).string;
  return /<h1>The saved string is (.*)<\/h1>/.exec(await answer.body.text())?.[1] as string;
}

/** The page's own routes over a store that does what must not be done: readers join the read in flight. */
async function joiningServer(tables: TestTables): Promise<{ url: string; close(): Promise<void> }> {
  const database = databaseClient(tables.endpoint);
  let inFlight: ReturnType<PageStore['read']> | undefined;
  const store: PageStore = {
    write: createPageStore(database, tables.page).write,
    read: () => {
      // A store of its own for each read, since a shared one would not let two readers share.
      inFlight ??= createPageStore(database, tables.page)
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
