import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { expect } from 'chai';
import { StoredLeases } from './stored-leases.ts';

describe('the leases in the database', () => {
  const leases = StoredLeases.ofSuite();

  it('are kept as the last release keeps them: a set of ids, and an attribute for each', async () => {
    const expires = leases.now + 90_000;
    expect(await leases.take('a')).to.deep.equal({ outcome: 'acquired', expires, active: 1, limit: 3 });
    await leases.take('b');
    const expected = {
      viewer: { S: leases.viewer },
      ids: { SS: ['a', 'b'] },
      ...leases.lease('a', expires),
      ...leases.lease('b', expires),
    };
    expect(await leases.item(leases.viewer)).to.deep.equal(expected);
    await leases.store.release(leases.viewer, 'b');
    await leases.store.release(leases.viewer, 'a');
    expect(await leases.item(leases.viewer)).to.deep.equal({ viewer: { S: leases.viewer } });
  });

  it('cost one call to the database, two after a takeover or among dead leases; none is a scan', async () => {
    const calls = async (work: () => Promise<unknown>) => {
      leases.proxy.reset();
      await work();
      return leases.proxy.calls.map(({ operation }) => operation);
    };
    expect(await calls(() => leases.take('a'))).to.deep.equal(['UpdateItem']);
    expect(await calls(() => leases.take('a'))).to.deep.equal(['UpdateItem']);
    expect(await calls(() => leases.store.renew(leases.viewer, 'a'))).to.deep.equal(['UpdateItem']);
    expect(await calls(() => leases.store.release(leases.viewer, 'a'))).to.deep.equal(['UpdateItem']);
    expect(await calls(() => leases.store.read(leases.viewer))).to.deep.equal(['GetItem']);
    expect(await calls(() => leases.take('b', leases.store, leases.viewer, ['a']))).to.deep.equal([
      'GetItem',
      'UpdateItem',
    ]);
    for (const id of ['c', 'd']) await leases.take(id);
    expect(await calls(() => leases.take('e'))).to.deep.equal(['UpdateItem']);
    leases.now += 90_000;
    expect(await calls(() => leases.take('e'))).to.deep.equal(['UpdateItem', 'UpdateItem']);
  });

  it('are read consistently', async () => {
    await leases.store.read(leases.viewer);
    expect(leases.proxy.calls.map(({ body }) => JSON.parse(body))).to.deep.equal([
      { TableName: leases.table, Key: { viewer: { S: leases.viewer } }, ConsistentRead: true },
    ]);
  });

  it('end at their very millisecond', async () => {
    await leases.take('a');
    leases.now += 89_999;
    expect((await leases.store.read(leases.viewer)).active).to.have.length(1);
    expect(await leases.store.renew(leases.viewer, 'a')).to.include({
      expires: leases.now + 90_000,
      active: 1,
      limit: 3,
    });
    leases.now += 90_000;
    expect((await leases.store.read(leases.viewer)).active).to.have.length(0);
    expect(await leases.store.renew(leases.viewer, 'a')).to.equal(undefined);
    expect(await leases.take('a')).to.include({ outcome: 'acquired', active: 1 });
  });

  it('that are over make room, one by one, and leave nothing behind', async () => {
    for (const id of ['a', 'b', 'c']) {
      await leases.take(id);
      leases.now += 1000;
    }
    leases.now += 89_000 - 1000;
    const expires = leases.now + 90_000;
    expect(await leases.take('d')).to.deep.equal({ outcome: 'acquired', expires, active: 2, limit: 3 });
    expect(await leases.item(leases.viewer)).to.deep.equal({
      viewer: { S: leases.viewer },
      ids: { SS: ['c', 'd'] },
      ...leases.lease('c', leases.now + 1000),
      ...leases.lease('d', expires),
    });
    expect(await leases.take('c')).to.include({ outcome: 'already held', active: 2 });
  });

  it('that are taken over leave nothing behind either', async () => {
    for (const id of ['a', 'b', 'c']) await leases.take(id);
    const expires = leases.now + 90_000;
    const decision = await leases.take('d', leases.store, leases.viewer, ['a', 'b', 'stranger']);
    expect(decision).to.deep.equal({ outcome: 'acquired', expires, active: 2, limit: 3 });
    expect(await leases.take('c', leases.store, leases.viewer, ['c', 'd'])).to.include({
      outcome: 'already held',
      active: 1,
    });
    expect(await leases.item(leases.viewer)).to.deep.equal({
      viewer: { S: leases.viewer },
      ids: { SS: ['c'] },
      ...leases.lease('c', expires),
    });
  });

  it('are denied with what is held, and with the limit', async () => {
    await leases.setLimit(1);
    await leases.take('a');
    const active = [{ id: 'a', expires: leases.now + 90_000, details: { video_name: 'a' } }];
    const denied = { outcome: 'denied', limit: 1, active };
    expect(await leases.take('b')).to.deep.equal(denied);
    expect(await leases.take('b', leases.store, leases.viewer, ['stranger'])).to.deep.equal(denied);
    expect(await leases.store.read(leases.viewer)).to.deep.equal({ limit: 1, active });
    expect(await leases.store.renew(leases.viewer, 'a')).to.include({ limit: 1, active: 1 });
  });

  it('of an address are forgotten an hour after the last ends, those of a user with the limit never', async () => {
    const forgotten = (at: number) => ({ N: String(Math.ceil(at / 1000) + 3600) });
    await leases.take('a', leases.store, leases.anonymous);
    expect((await leases.item(leases.anonymous)).delete_after).to.deep.equal(forgotten(leases.now + 90_000));
    leases.now += 10_500;
    await leases.store.renew(leases.anonymous, 'a');
    expect((await leases.item(leases.anonymous)).delete_after).to.deep.equal(forgotten(leases.now + 90_000));
    leases.now += 10_500;
    await leases.take('b', leases.store, leases.anonymous, ['a']);
    expect((await leases.item(leases.anonymous)).delete_after).to.deep.equal(forgotten(leases.now + 90_000));
    await leases.setLimit(2);
    await leases.take('a');
    await leases.store.renew(leases.viewer, 'a');
    await leases.take('b', leases.store, leases.viewer, ['a']);
    expect(await leases.item(leases.viewer)).not.to.have.property('delete_after');
    await leases.setLimit(undefined);
    expect((await leases.store.read(leases.viewer)).limit).to.equal(3);
  });

  it('are read from an item of which parts are missing', async () => {
    await leases.direct.send(
      new PutItemCommand({
        TableName: leases.table,
        Item: { viewer: { S: leases.viewer }, ids: { SS: ['a', 'b'] }, 'lease#a': { M: {} } },
      }),
    );
    expect(await leases.store.read(leases.viewer)).to.deep.equal({ limit: 3, active: [] });
    expect(await leases.take('c')).to.include({ outcome: 'acquired', active: 1 });
  });
});
