import { expect } from 'chai';
import { ContentionError } from '../../../data/dynamodb/errors.ts';
import { StoredLeases } from './stored-leases.ts';

/** Tasks whose clocks differ, and requests that come in between. */
describe('the leases in the database, which others change as well,', () => {
  const leases = StoredLeases.ofSuite();

  it('end when the clock of another said so, where it is ahead', async () => {
    leases.now += 2000;
    await leases.take('0', leases.other);
    leases.now -= 1000;
    await leases.take('a', leases.other);
    const expires = leases.now + 90_000;
    leases.now -= 1000;
    expect(await leases.take('a')).to.deep.equal({ outcome: 'already held', expires, active: 2, limit: 3 });
    expect(await leases.store.renew(leases.viewer, 'a')).to.deep.equal({ expires, active: 2, limit: 3 });
    expect(await leases.item(leases.viewer)).to.deep.include(leases.lease('a', expires));
    expect(await leases.take('a', leases.store, leases.viewer, ['0'])).to.include({
      outcome: 'already held',
      active: 1,
    });
    expect((await leases.store.read(leases.viewer)).active.map(({ id }) => id)).to.deep.equal(['a']);
  });

  it('keep the later end that another clock gave them, also in a takeover', async () => {
    leases.now += 2000;
    await leases.take('a', leases.other);
    await leases.take('old', leases.other);
    const expires = leases.now + 90_000;
    leases.now -= 2000;
    const held = { outcome: 'already held', expires, active: 1, limit: 3 };
    expect(await leases.take('a', leases.store, leases.viewer, ['old'])).to.deep.equal(held);
    expect(await leases.take('a', leases.store, leases.viewer, ['old'])).to.deep.equal(held);
    expect(await leases.item(leases.viewer)).to.deep.equal({
      viewer: { S: leases.viewer },
      ids: { SS: ['a'] },
      ...leases.lease('a', expires),
    });
  });

  it('keep the end that a heartbeat gave them while a takeover was decided', async () => {
    await leases.take('a', leases.other);
    await leases.take('old', leases.other);
    const expires = leases.now + 2000 + 90_000;
    leases.between(async () => {
      leases.now += 2000;
      await leases.other.renew(leases.viewer, 'a');
      leases.now -= 2000;
    });
    expect(await leases.take('a', leases.store, leases.viewer, ['old'])).to.include({
      outcome: 'already held',
      expires,
    });
    expect(await leases.item(leases.viewer)).to.deep.include(leases.lease('a', expires));
  });

  it('that another clock gave a later end are written as soon as this one has come up', async () => {
    for (const ahead of [1000, 999]) {
      const id = `ahead-by-${ahead}`;
      leases.now += ahead;
      await leases.take(id, leases.other);
      leases.now -= ahead;
      let writes = 0;
      leases.proxy.disturb({
        after: (call) => {
          if (leases.isWrite(call) && ++writes === 1) leases.now += 1000;
        },
      });
      const details = { video_name: 'said later' };
      expect(await leases.store.acquire(leases.viewer, { id, details, replaces: [] })).to.include({
        outcome: 'already held',
        expires: leases.now + 90_000,
      });
      const { active } = await leases.store.read(leases.viewer);
      expect(active.find((held) => held.id === id)).to.deep.equal({
        id,
        expires: leases.now + 90_000,
        details,
      });
    }
  });

  it('that were renewed meanwhile are not taken for dead', async () => {
    for (const id of ['a', 'b', 'c']) await leases.take(id, leases.other);
    const later = leases.now + 90_000;
    // Our clock is ahead: to the others these leases live.
    leases.between(async () => {
      const ours = leases.now;
      leases.now = later - 1;
      await Promise.all(['a', 'b', 'c'].map((id) => leases.other.renew(leases.viewer, id)));
      leases.now = ours;
    });
    await leases.take('probe', leases.other, leases.viewer, ['x']);
    leases.now = later;
    expect(await leases.take('d', leases.store, leases.viewer, ['x'])).to.include({ outcome: 'denied' });
    expect((await leases.other.read(leases.viewer)).active.map(({ id }) => id).sort()).to.deep.equal([
      'a',
      'b',
      'c',
    ]);
  });

  it('are decided anew when the limit, or what is held, changed meanwhile', async () => {
    for (const id of ['a', 'b', 'c']) await leases.take(id, leases.other);
    leases.between(() => leases.setLimit(1));
    expect(await leases.take('d', leases.store, leases.viewer, ['a'])).to.include({
      outcome: 'denied',
      limit: 1,
    });
    await leases.setLimit(3);
    leases.between(() => leases.setLimit(5));
    expect(await leases.take('d', leases.store, leases.viewer, ['a'])).to.include({
      outcome: 'acquired',
      active: 3,
      limit: 5,
    });
    leases.between(() => leases.setLimit(undefined));
    expect(await leases.take('e', leases.store, leases.viewer, ['b'])).to.include({
      outcome: 'acquired',
      active: 3,
      limit: 3,
    });
    leases.between(() => leases.other.release(leases.viewer, 'd'));
    expect(await leases.take('f', leases.store, leases.viewer, ['c'])).to.include({
      outcome: 'acquired',
      active: 2,
    });
  });

  it('of a viewer who is new are decided anew when another request was first', async () => {
    leases.between(() => leases.take('a', leases.other));
    expect(await leases.take('b', leases.store, leases.viewer, ['a'])).to.include({
      outcome: 'acquired',
      active: 1,
    });
    expect((await leases.store.read(leases.viewer)).active.map(({ id }) => id)).to.deep.equal(['b']);
  });

  it('are given up after 50 tries in which other requests came first', async () => {
    await leases.take('a', leases.other);
    let round = 0;
    leases.between(async () => {
      await leases.setLimit(10 + round++);
    }, 100);
    const error = await leases
      .take('b', leases.store, leases.viewer, ['a'])
      .catch((reason: unknown) => reason);
    expect(error)
      .to.be.instanceOf(ContentionError)
      .with.property(
        'message',
        '50 tries brought no decision on a stream: other requests of the viewer came first',
      );
    expect(leases.proxy.calls.filter(leases.isWrite)).to.have.length(50);
  });
});
