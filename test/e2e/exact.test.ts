import { randomUUID } from 'node:crypto';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { expect } from 'chai';
import { Pool } from 'undici';
import { createStreamStore, type StreamStore } from '../../app/streams/store.ts';
import { emulator, freshTables, plainClient, type TestTables } from '../support/emulator.ts';
import { type DatabaseProxy, databaseProxy } from '../support/proxy.ts';
import { sized } from '../support/rounds.ts';
import { authorization, type Service, startService } from '../support/service.ts';

const processes = 4;
const attempts = 400;

/** One attempt's answer; `undefined` when its process died before it answered. */
type Status = number | undefined;

describe('the stream limiter, exact over four processes', function () {
  this.timeout(60_000);
  let proxy: DatabaseProxy;
  let tables: TestTables;
  let direct: DynamoDBClient;
  let services: Service[];
  let pools: Pool[];

  async function start(leaseSeconds: number): Promise<void> {
    const { endpoint } = await emulator();
    proxy = await databaseProxy(endpoint);
    tables = await freshTables(endpoint);
    direct = plainClient(endpoint);
    const through = { ...tables, endpoint: proxy.endpoint };
    const lease = { STREAM_LEASE_SECONDS: `${leaseSeconds}`, STREAM_HEARTBEAT_SECONDS: '1' };
    services = await Promise.all(Array.from({ length: processes }, () => startService(through, lease)));
    pools = services.map((service) => new Pool(service.url, { connections: attempts / processes }));
  }

  afterEach(async () => {
    await Promise.all([...pools.map((pool) => pool.destroy()), ...services.map((service) => service.stop())]);
    direct.destroy();
    await proxy.close();
  });

  /** What is in the table, asked without any of the processes under test. */
  const table = (leaseSeconds = 90): StreamStore => createStreamStore(direct, tables.streams, leaseSeconds);

  async function acquire(pool: Pool, viewer: string): Promise<Status> {
    try {
      const { statusCode, body } = await pool.request({
        method: 'POST',
        path: '/api/v1/stream',
        headers: { authorization, 'x-viewer-id': viewer, 'content-type': 'application/json' },
        body: JSON.stringify({ stream_id: randomUUID() }),
      });
      await body.dump();
      return statusCode;
    } catch {
      return undefined;
    }
  }

  const acquireAll = (viewer: string) =>
    Promise.all(Array.from({ length: attempts }, (_, i) => acquire(pools[i % processes] as Pool, viewer)));

  const times = (statuses: Status[], status: Status) => statuses.filter((each) => each === status).length;

  it('admits exactly 3 of 400, at one database call per attempt, or two over expired leases', async () => {
    await start(90);
    const rounds = sized(20, 6);
    let calls = 0;
    for (let round = 0; round < rounds; round++) {
      const viewer = `round-${round}`;
      const overExpired = round % 2 === 1;
      if (overExpired) {
        // What players leave behind that died: as many leases as there are places, all of them over.
        for (const id of ['x', 'y', 'z']) {
          await table(0).acquire(`user#${viewer}`, { id, details: {}, replaces: [] });
        }
      }
      proxy.reset();
      const statuses = await acquireAll(viewer);
      calls += proxy.calls.length;
      expect(times(statuses, 201), `admitted in round ${round}`).to.equal(3);
      expect(times(statuses, 409), `denied in round ${round}`).to.equal(attempts - 3);
      if (!overExpired) expect(proxy.calls.length, `calls in round ${round}`).to.equal(attempts);
      expect((await table().read(`user#${viewer}`)).active).to.have.length(3);

      // While no lease has expired, a denial costs exactly one call.
      proxy.reset();
      expect(times(await acquireAll(viewer), 409)).to.equal(attempts);
      expect(proxy.calls.length).to.equal(attempts);
    }
    expect(calls / (rounds * attempts)).to.be.at.most(2);
  });

  it('stays exact through kill -9 of two processes, and frees silent streams when their lease ends', async () => {
    const lease = 2;
    await start(lease);
    const viewer = 'ann';
    const midway = attempts / 2;
    const seen = Promise.withResolvers<void>();
    const killed = Promise.withResolvers<void>();
    // Calls beyond the middle wait until the two processes are dead, so that these die with decisions under way.
    proxy.disturb({
      before: () => {
        if (proxy.calls.length < midway) return;
        seen.resolve();
        return killed.promise;
      },
    });
    const answers = acquireAll(viewer);
    await seen.promise;
    const [one, two, ...alive] = services as [Service, Service, ...Service[]];
    for (const victim of [one, two]) victim.process.kill('SIGKILL');
    await Promise.all([one.ended, two.ended]);
    killed.resolve();
    proxy.disturb({});

    const statuses = await answers;
    expect(times(statuses, 201)).to.be.at.most(3);
    expect(times(statuses, undefined), 'attempts that died with their process').to.be.above(0);
    expect(times(statuses, 201) + times(statuses, 409) + times(statuses, undefined)).to.equal(attempts);
    const held = (await table().read(`user#${viewer}`)).active;
    expect(held.length).to.be.at.most(3).and.at.least(times(statuses, 201));

    // Nobody sends a heartbeat any more. An attempt made after the last lease's end must get a place.
    const lastEnd = Math.max(...held.map((each) => each.expires));
    const last = Date.now() + lease * 1000;
    expect(lastEnd).to.be.at.most(last);
    let status: Status;
    let sent: number;
    const survivor = new Pool((alive[0] as Service).url);
    do {
      sent = Date.now();
      status = await acquire(survivor, viewer);
    } while (status === 409 && sent <= lastEnd);
    expect(status).to.equal(201);
    await survivor.close();
  });
});
