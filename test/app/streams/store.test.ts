import {
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { expect } from 'chai';
import { streamLimitUpdate } from '../../../app/streams/limit.ts';
import { createStreamStore, type StreamStore } from '../../../app/streams/store.ts';
import { ContentionError, type Item } from '../../../data/dynamodb/errors.ts';
import { type Call, type DatabaseProxy, databaseProxy } from '../../../local/aws/database-proxy.ts';
import { plainClient } from '../../support/clients.ts';
import { emulator } from '../../support/emulator.ts';
import { freshTables } from '../../support/tables.ts';

const leaseSeconds = 90;
const realNow = Date.now;

describe('the leases in the database', () => {
  let proxy: DatabaseProxy;
  let table: string;
  let direct: DynamoDBClient;
  let through: DynamoDBClient;
  /** The store that the test is about, and one whose calls are not disturbed. */
  let store: StreamStore;
  let other: StreamStore;
  let now: number;
  before(async () => {
    const { endpoint } = await emulator();
    proxy = await databaseProxy(endpoint);
    table = (await freshTables(endpoint)).streams;
    direct = plainClient(endpoint);
    through = plainClient(proxy.endpoint);
    store = createStreamStore(through, table, leaseSeconds);
    other = createStreamStore(direct, table, leaseSeconds);
  });
  after(async () => {
    direct.destroy();
    through.destroy();
    await proxy.close();
  });

  let number = 0;
  let viewer: string;
  let anonymous: string;
  beforeEach(() => {
    number++;
    viewer = `user#${number}`;
    anonymous = `ip#192.0.2.${number}`;
    now = realNow();
    Date.now = () => now;
    proxy.disturb({});
    proxy.reset();
  });
  afterEach(() => {
    Date.now = realNow;
  });

  const take = (id: string, at = store, who = viewer, replaces: string[] = []) =>
    at.acquire(who, { id, details: { video_name: id }, replaces });
  const setLimit = (limit: number | undefined, username = String(number)) =>
    direct.send(new UpdateItemCommand(streamLimitUpdate(table, username, limit)));
  const isWrite = ({ operation }: Call) => operation === 'UpdateItem';
  async function item(who: string): Promise<Item> {
    const { Item = {} } = await direct.send(
      new GetItemCommand({ TableName: table, Key: { viewer: { S: who } }, ConsistentRead: true }),
    );
    return Item;
  }
  const lease = (id: string, expires: number) => ({
    [`lease#${id}`]: {
      M: { expires: { N: String(expires) }, details: { S: JSON.stringify({ video_name: id }) } },
    },
  });

  it('are kept as the last release keeps them: a set of ids, and an attribute for each', async () => {
    const expires = now + 90_000;
    expect(await take('a')).to.deep.equal({ outcome: 'acquired', expires, active: 1, limit: 3 });
    await take('b');
    const expected = {
      viewer: { S: viewer },
      ids: { SS: ['a', 'b'] },
      ...lease('a', expires),
      ...lease('b', expires),
    };
    expect(await item(viewer)).to.deep.equal(expected);
    await store.release(viewer, 'b');
    await store.release(viewer, 'a');
    expect(await item(viewer)).to.deep.equal({ viewer: { S: viewer } });
  });

  it('cost one call to the database, two after a takeover or among dead leases; none is a scan', async () => {
    const calls = async (work: () => Promise<unknown>) => {
      proxy.reset();
      await work();
      return proxy.calls.map(({ operation }) => operation);
    };
    expect(await calls(() => take('a'))).to.deep.equal(['UpdateItem']);
    expect(await calls(() => take('a'))).to.deep.equal(['UpdateItem']);
    expect(await calls(() => store.renew(viewer, 'a'))).to.deep.equal(['UpdateItem']);
    expect(await calls(() => store.release(viewer, 'a'))).to.deep.equal(['UpdateItem']);
    expect(await calls(() => store.read(viewer))).to.deep.equal(['GetItem']);
    expect(await calls(() => take('b', store, viewer, ['a']))).to.deep.equal(['GetItem', 'UpdateItem']);
    for (const id of ['c', 'd']) await take(id);
    expect(await calls(() => take('e'))).to.deep.equal(['UpdateItem']);
    now += 90_000;
    expect(await calls(() => take('e'))).to.deep.equal(['UpdateItem', 'UpdateItem']);
  });

  it('are read consistently', async () => {
    await store.read(viewer);
    expect(proxy.calls.map(({ body }) => JSON.parse(body))).to.deep.equal([
      { TableName: table, Key: { viewer: { S: viewer } }, ConsistentRead: true },
    ]);
  });

  it('end at their very millisecond', async () => {
    await take('a');
    now += 89_999;
    expect((await store.read(viewer)).active).to.have.length(1);
    expect(await store.renew(viewer, 'a')).to.include({ expires: now + 90_000, active: 1, limit: 3 });
    now += 90_000;
    expect((await store.read(viewer)).active).to.have.length(0);
    expect(await store.renew(viewer, 'a')).to.equal(undefined);
    expect(await take('a')).to.include({ outcome: 'acquired', active: 1 });
  });

  it('end when the clock of another said so, where it is ahead', async () => {
    now += 2000;
    await take('0', other);
    now -= 1000;
    await take('a', other);
    const expires = now + 90_000;
    now -= 1000;
    expect(await take('a')).to.deep.equal({ outcome: 'already held', expires, active: 2, limit: 3 });
    expect(await store.renew(viewer, 'a')).to.deep.equal({ expires, active: 2, limit: 3 });
    expect(await item(viewer)).to.deep.include(lease('a', expires));
    expect(await take('a', store, viewer, ['0'])).to.include({ outcome: 'already held', active: 1 });
    expect((await store.read(viewer)).active.map(({ id }) => id)).to.deep.equal(['a']);
  });

  it('keep the later end that another clock gave them, also in a takeover', async () => {
    now += 2000;
    await take('a', other);
    await take('old', other);
    const expires = now + 90_000;
    now -= 2000;
    const held = { outcome: 'already held', expires, active: 1, limit: 3 };
    expect(await take('a', store, viewer, ['old'])).to.deep.equal(held);
    expect(await take('a', store, viewer, ['old'])).to.deep.equal(held);
    expect(await item(viewer)).to.deep.equal({
      viewer: { S: viewer },
      ids: { SS: ['a'] },
      ...lease('a', expires),
    });
  });

  it('keep the end that a heartbeat gave them while a takeover was decided', async () => {
    await take('a', other);
    await take('old', other);
    const expires = now + 2000 + 90_000;
    between(async () => {
      now += 2000;
      await other.renew(viewer, 'a');
      now -= 2000;
    });
    expect(await take('a', store, viewer, ['old'])).to.include({ outcome: 'already held', expires });
    expect(await item(viewer)).to.deep.include(lease('a', expires));
  });

  it('that another clock gave a later end are written as soon as this one has come up', async () => {
    for (const ahead of [1000, 999]) {
      const id = `ahead-by-${ahead}`;
      now += ahead;
      await take(id, other);
      now -= ahead;
      let writes = 0;
      proxy.disturb({
        after: (call) => {
          if (isWrite(call) && ++writes === 1) now += 1000;
        },
      });
      const details = { video_name: 'said later' };
      expect(await store.acquire(viewer, { id, details, replaces: [] })).to.include({
        outcome: 'already held',
        expires: now + 90_000,
      });
      const { active } = await store.read(viewer);
      expect(active.find((held) => held.id === id)).to.deep.equal({ id, expires: now + 90_000, details });
    }
  });

  it('that are over make room, one by one, and leave nothing behind', async () => {
    for (const id of ['a', 'b', 'c']) {
      await take(id);
      now += 1000;
    }
    now += 89_000 - 1000;
    const expires = now + 90_000;
    expect(await take('d')).to.deep.equal({ outcome: 'acquired', expires, active: 2, limit: 3 });
    expect(await item(viewer)).to.deep.equal({
      viewer: { S: viewer },
      ids: { SS: ['c', 'd'] },
      ...lease('c', now + 1000),
      ...lease('d', expires),
    });
    expect(await take('c')).to.include({ outcome: 'already held', active: 2 });
  });

  it('that are taken over leave nothing behind either', async () => {
    for (const id of ['a', 'b', 'c']) await take(id);
    const expires = now + 90_000;
    const decision = await take('d', store, viewer, ['a', 'b', 'stranger']);
    expect(decision).to.deep.equal({ outcome: 'acquired', expires, active: 2, limit: 3 });
    expect(await take('c', store, viewer, ['c', 'd'])).to.include({ outcome: 'already held', active: 1 });
    expect(await item(viewer)).to.deep.equal({
      viewer: { S: viewer },
      ids: { SS: ['c'] },
      ...lease('c', expires),
    });
  });

  it('are denied with what is held, and with the limit', async () => {
    await setLimit(1);
    await take('a');
    const active = [{ id: 'a', expires: now + 90_000, details: { video_name: 'a' } }];
    const denied = { outcome: 'denied', limit: 1, active };
    expect(await take('b')).to.deep.equal(denied);
    expect(await take('b', store, viewer, ['stranger'])).to.deep.equal(denied);
    expect(await store.read(viewer)).to.deep.equal({ limit: 1, active });
    expect(await store.renew(viewer, 'a')).to.include({ limit: 1, active: 1 });
  });

  it('of an address are forgotten an hour after the last ends, those of a user with the limit never', async () => {
    const forgotten = (at: number) => ({ N: String(Math.ceil(at / 1000) + 3600) });
    await take('a', store, anonymous);
    expect((await item(anonymous)).delete_after).to.deep.equal(forgotten(now + 90_000));
    now += 10_500;
    await store.renew(anonymous, 'a');
    expect((await item(anonymous)).delete_after).to.deep.equal(forgotten(now + 90_000));
    now += 10_500;
    await take('b', store, anonymous, ['a']);
    expect((await item(anonymous)).delete_after).to.deep.equal(forgotten(now + 90_000));
    await setLimit(2);
    await take('a');
    await store.renew(viewer, 'a');
    await take('b', store, viewer, ['a']);
    expect(await item(viewer)).not.to.have.property('delete_after');
    await setLimit(undefined);
    expect((await store.read(viewer)).limit).to.equal(3);
  });

  /** What others do just before a write of ours, at most `times` times. */
  function between(work: () => Promise<unknown>, times = 1): void {
    let done = 0;
    proxy.disturb({
      before: async (call) => {
        if (isWrite(call) && done++ < times) await work();
      },
    });
  }

  it('that were renewed meanwhile are not taken for dead', async () => {
    for (const id of ['a', 'b', 'c']) await take(id, other);
    const later = now + 90_000;
    // Our clock is ahead: to the others these leases live.
    between(async () => {
      const ours = now;
      now = later - 1;
      await Promise.all(['a', 'b', 'c'].map((id) => other.renew(viewer, id)));
      now = ours;
    });
    await take('probe', other, viewer, ['x']);
    now = later;
    expect(await take('d', store, viewer, ['x'])).to.include({ outcome: 'denied' });
    expect((await other.read(viewer)).active.map(({ id }) => id).sort()).to.deep.equal(['a', 'b', 'c']);
  });

  it('are decided anew when the limit, or what is held, changed meanwhile', async () => {
    for (const id of ['a', 'b', 'c']) await take(id, other);
    between(() => setLimit(1));
    expect(await take('d', store, viewer, ['a'])).to.include({ outcome: 'denied', limit: 1 });
    await setLimit(3);
    between(() => setLimit(5));
    expect(await take('d', store, viewer, ['a'])).to.include({ outcome: 'acquired', active: 3, limit: 5 });
    between(() => setLimit(undefined));
    expect(await take('e', store, viewer, ['b'])).to.include({ outcome: 'acquired', active: 3, limit: 3 });
    between(() => other.release(viewer, 'd'));
    expect(await take('f', store, viewer, ['c'])).to.include({ outcome: 'acquired', active: 2 });
  });

  it('of a viewer who is new are decided anew when another request was first', async () => {
    between(() => take('a', other));
    expect(await take('b', store, viewer, ['a'])).to.include({ outcome: 'acquired', active: 1 });
    expect((await store.read(viewer)).active.map(({ id }) => id)).to.deep.equal(['b']);
  });

  it('are given up after 50 tries in which other requests came first', async () => {
    await take('a', other);
    let round = 0;
    between(async () => {
      await setLimit(10 + round++);
    }, 100);
    const error = await take('b', store, viewer, ['a']).catch((reason: unknown) => reason);
    expect(error)
      .to.be.instanceOf(ContentionError)
      .with.property(
        'message',
        '50 tries brought no decision on a stream: other requests of the viewer came first',
      );
    expect(proxy.calls.filter(isWrite)).to.have.length(50);
  });

  it('are read from an item of which parts are missing', async () => {
    await direct.send(
      new PutItemCommand({
        TableName: table,
        Item: { viewer: { S: viewer }, ids: { SS: ['a', 'b'] }, 'lease#a': { M: {} } },
      }),
    );
    expect(await store.read(viewer)).to.deep.equal({ limit: 3, active: [] });
    expect(await take('c')).to.include({ outcome: 'acquired', active: 1 });
  });
});
