import { randomUUID } from 'node:crypto';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { expect } from 'chai';
import { Pool } from 'undici';
import { createStreamStore, type StreamStore } from '../../app/streams/store.ts';
import { type DatabaseProxy, databaseProxy } from '../../local/aws/database-proxy.ts';
import { plainClient } from '../support/clients.ts';
import { emulator } from '../support/emulator.ts';
import { hangLimit, sized } from '../support/rounds.ts';
import { authorization, type Service, startService } from '../support/service.ts';
import { freshTables, type TestTables } from '../support/tables.ts';

const processes = 4;
const attempts = 400;

/** What became of one attempt; `died` when its process did before it answered. */
interface Answer {
  readonly outcome: 'admitted' | 'died' | number;
  /** End of the lease, in milliseconds since 1970, where one was given. */
  readonly expires: number;
}

/** A JSON text with the fields of each object in order. */
function inOrder(json: string): string {
  return JSON.stringify(JSON.parse(json), (_key, value) =>
    value !== null && typeof value === 'object' && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
}

describe('the stream limiter, exact over four processes', function () {
  this.timeout(hangLimit);
  let proxy: DatabaseProxy;
  let tables: TestTables;
  let direct: DynamoDBClient;
  let services: Service[];
  let pools: Pool[];
  /** Sent since the start of a round. */
  let requests: number;

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

  async function acquire(pool: Pool, viewer: string, streamId: string): Promise<Answer> {
    requests++;
    try {
      const { statusCode, body } = await pool.request({
        method: 'POST',
        path: '/api/v1/stream',
        headers: { authorization, 'x-viewer-id': viewer, 'content-type': 'application/json' },
        body: JSON.stringify({ stream_id: streamId }),
      });
      const { expires_at } = (await body.json()) as { expires_at?: string };
      const admitted = statusCode === 200 || statusCode === 201;
      return { outcome: admitted ? 'admitted' : statusCode, expires: Date.parse(expires_at ?? '') };
    } catch {
      return { outcome: 'died', expires: Number.NaN };
    }
  }

  /**
   * 400 decisions at once. A 503 is none: where the machine is too busy for the database to answer in time, the same
   * stream asks again afterwards, and finds the place its own if the first request had got it after all.
   */
  async function acquireAll(viewer: string): Promise<Answer[]> {
    let left = Array.from({ length: attempts }, (_, i) => ({ i, id: randomUUID() }));
    const decided: Answer[] = [];
    while (left.length > 0) {
      const wave = left;
      const answers = await Promise.all(
        wave.map(({ i, id }) => acquire(pools[i % processes] as Pool, viewer, id)),
      );
      decided.push(...answers.filter(({ outcome }) => outcome !== 503));
      left = wave.filter((_, n) => answers[n]?.outcome === 503);
    }
    return decided;
  }

  /** Database calls, less those that the client repeated because their answer came too late: these are the same, but
   * the SDK, which repeats a call, writes its fields in another order than the client that makes the first try. */
  const distinctCalls = () => new Set(proxy.callsTo(tables.streams).map(({ body }) => inOrder(body))).size;

  const times = (answers: Answer[], outcome: Answer['outcome']) =>
    answers.filter((answer) => answer.outcome === outcome).length;

  it('admits exactly 3 of 400, at one database call per attempt, or two over expired leases', async () => {
    await start(90);
    const rounds = sized(20, 2);
    let calls = 0;
    let allRequests = 0;
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
      requests = 0;
      const answers = await acquireAll(viewer);
      calls += distinctCalls();
      allRequests += requests;
      expect(times(answers, 'admitted'), `admitted in round ${round}`).to.equal(3);
      expect(times(answers, 409), `denied in round ${round}`).to.equal(attempts - 3);
      if (!overExpired) expect(distinctCalls(), `calls in round ${round}`).to.be.at.most(requests);
      expect((await table().read(`user#${viewer}`)).active).to.have.length(3);

      // While no lease has expired, a denial costs exactly one call.
      proxy.reset();
      requests = 0;
      expect(times(await acquireAll(viewer), 409)).to.equal(attempts);
      expect(distinctCalls()).to.be.at.most(requests);
    }
    expect(calls / allRequests).to.be.at.most(2);
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
        if (proxy.callsTo(tables.streams).length < midway) return;
        seen.resolve();
        return killed.promise;
      },
    });
    const underWay = acquireAll(viewer);
    await seen.promise;
    const [one, two, ...alive] = services as [Service, Service, ...Service[]];
    for (const victim of [one, two]) victim.process.kill('SIGKILL');
    await Promise.all([one.ended, two.ended]);
    killed.resolve();
    proxy.disturb({});

    const answers = await underWay;
    expect(times(answers, 'died')).to.be.above(0);
    expect(times(answers, 'admitted') + times(answers, 409) + times(answers, 'died')).to.equal(attempts);
    // On a slow machine leases end meanwhile and others follow, so it is those at one moment that count.
    const ends = answers.map(({ expires }) => expires).filter((end) => !Number.isNaN(end));
    for (const end of ends) {
      const together = ends.filter((other) => other - lease * 1000 < end && end <= other);
      expect(together.length).to.be.at.most(3);
    }
    const held = (await table().read(`user#${viewer}`)).active;
    expect(held.length).to.be.at.most(3);

    // Nobody sends a heartbeat any more. An attempt made after the last lease's end must get a place.
    const lastEnd = Math.max(...held.map((each) => each.expires), 0);
    expect(lastEnd).to.be.at.most(Date.now() + lease * 1000);
    const survivor = new Pool((alive[0] as Service).url);
    let answer: Answer;
    let sent: number;
    do {
      sent = Date.now();
      answer = await acquire(survivor, viewer, 'next');
    } while (answer.outcome === 503 || (answer.outcome === 409 && sent <= lastEnd));
    expect(answer.outcome).to.equal('admitted');
    await survivor.close();
  });
});
