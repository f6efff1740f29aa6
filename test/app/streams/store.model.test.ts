import { type DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { expect } from 'chai';
import fc from 'fast-check';
import { streamLimitUpdate } from '../../../app/streams/limit.ts';
import { createStreamStore, type StreamStore } from '../../../app/streams/store.ts';
import { plainClient } from '../../support/clients.ts';
import { hangLimit, sized } from '../../support/rounds.ts';
import { freshTables } from '../../support/tables.ts';

const leaseSeconds = 10;
const ids = ['a', 'b', 'c', 'd', 'e'];

/** What the limiter is to do, said in terms of live leases alone: how dead ones are kept must not show. */
class Model {
  limit = 3;
  leases = new Map<string, number>();

  live(now: number): string[] {
    return [...this.leases].filter(([, expires]) => expires > now).map(([id]) => id);
  }

  acquire(id: string, replaces: string[], now: number) {
    const live = this.live(now);
    const others = live.filter((other) => other !== id && !replaces.includes(other));
    if (!live.includes(id) && others.length >= this.limit)
      return { outcome: 'denied', limit: this.limit, active: live.sort() };
    const expires = now + leaseSeconds * 1000;
    for (const other of replaces) this.leases.delete(other);
    this.leases.set(id, expires);
    const outcome = live.includes(id) ? 'already held' : 'acquired';
    return { outcome, expires, active: others.length + 1, limit: this.limit };
  }

  renew(id: string, now: number) {
    if (!this.live(now).includes(id)) return undefined;
    const expires = now + leaseSeconds * 1000;
    this.leases.set(id, expires);
    return { expires, active: this.live(now).length, limit: this.limit };
  }
}

const id = fc.constantFrom(...ids);
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('acquire' as const), id }) },
  fc.record({ kind: fc.constant('take over' as const), id, replaces: fc.subarray(ids, { minLength: 1 }) }),
  fc.record({ kind: fc.constant('renew' as const), id }),
  fc.record({ kind: fc.constant('release' as const), id }),
  fc.record({ kind: fc.constant('limit' as const), limit: fc.option(fc.nat(4), { nil: undefined }) }),
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('wait' as const), seconds: fc.nat(12) }) },
);

describe('the stream limiter, one request after the other', function () {
  this.timeout(hangLimit);
  const realNow = Date.now;
  let now: number;
  let client: DynamoDBClient;
  before(() => {
    now = realNow();
    Date.now = () => now;
  });
  after(() => {
    Date.now = realNow;
    client.destroy();
  });

  it('does what a model of live leases does, whatever the sequence', async () => {
    const { endpoint, streams } = await freshTables();
    client = plainClient(endpoint);
    const store = createStreamStore(client, streams, leaseSeconds);
    let viewers = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const username = `viewer-${viewers++}`;
        const model = new Model();
        for (const next of steps) await take(next, store, model, username, streams);
        const { limit, active } = await store.read(`user#${username}`);
        expect({ limit, active: active.map((lease) => lease.id).sort() }).to.deep.equal({
          limit: model.limit,
          active: model.live(now).sort(),
        });
      }),
      { seed: 61, numRuns: sized(2000, 300) },
    );
  });

  async function take(
    next: typeof step extends fc.Arbitrary<infer T> ? T : never,
    store: StreamStore,
    model: Model,
    username: string,
    table: string,
  ): Promise<void> {
    const viewer = `user#${username}`;
    if (next.kind === 'wait') now += next.seconds * 1000;
    else if (next.kind === 'limit') {
      model.limit = next.limit ?? 3;
      await client.send(new UpdateItemCommand(streamLimitUpdate(table, username, next.limit)));
    } else if (next.kind === 'release') {
      model.leases.delete(next.id);
      await store.release(viewer, next.id);
    } else if (next.kind === 'renew') {
      expect(await store.renew(viewer, next.id)).to.deep.equal(model.renew(next.id, now));
    } else {
      const replaces = next.kind === 'take over' ? next.replaces : [];
      const decision = await store.acquire(viewer, { id: next.id, details: {}, replaces });
      const shown =
        decision.outcome === 'denied'
          ? { ...decision, active: decision.active.map((lease) => lease.id).sort() }
          : decision;
      expect(shown).to.deep.equal(model.acquire(next.id, replaces, now));
    }
  }
});
