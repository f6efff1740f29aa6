import { expect } from 'chai';
import {
  type Clock,
  createLease,
  type HeldStream,
  type LeaseState,
  longestPause,
  type StreamTransport,
} from '../../../../site/src/streams/lease.ts';

/** A clock that goes on only when told to, and then does what is due in order. */
class ManualClock implements Clock {
  time = 0;
  #due: { at: number; work: () => void }[] = [];
  now = () => this.time;
  later = (work: () => void, milliseconds: number) => {
    const entry = { at: this.time + milliseconds, work };
    this.#due.push(entry);
    return () => {
      this.#due = this.#due.filter((each) => each !== entry);
    };
  };
  async pass(milliseconds: number): Promise<void> {
    const end = this.time + milliseconds;
    for (;;) {
      const [next] = this.#due.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
      if (!next) break;
      this.#due = this.#due.filter((each) => each !== next);
      this.time = next.at;
      next.work();
      await settled();
    }
    this.time = end;
  }
}

/** Until all promises that are due have called back. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('the lease of a video', () => {
  const clock = new ManualClock();
  let calls: string[];
  let states: LeaseState[];
  let answers: { acquire: StreamTransport['acquire']; renew: StreamTransport['renew'] };
  const held = (id: string): HeldStream => ({
    stream_id: id,
    expires_at: new Date(clock.time + 90_000).toISOString(),
    heartbeat_interval_s: 30,
  });
  const away = async () => {
    throw new Error('out of reach');
  };

  function lease() {
    let made = 0;
    const transport: StreamTransport = {
      acquire: async (body) => {
        calls.push(`acquire ${body.stream_id}${body.replaces.length > 0 ? ` for ${body.replaces}` : ''}`);
        return answers.acquire(body);
      },
      renew: async (id) => {
        calls.push(`renew ${id}`);
        return answers.renew(id);
      },
      release: async (id) => void calls.push(`release ${id}`),
      abandon: (id) => void calls.push(`abandon ${id}`),
    };
    return createLease(
      transport,
      clock,
      (state) => states.push(state),
      () => `s${++made}`,
    );
  }
  const last = () => states.at(-1);

  beforeEach(() => {
    clock.time = 0;
    calls = [];
    states = [];
    answers = { acquire: async ({ stream_id }) => held(stream_id), renew: async (id) => held(id) };
  });

  it('is kept by heartbeats and released once', async () => {
    const one = lease();
    await one.start();
    await clock.pass(95_000);
    one.stop();
    one.stop();
    await clock.pass(95_000);
    expect(calls).to.deep.equal(['acquire s1', 'renew s1', 'renew s1', 'renew s1', 'release s1']);
    expect(states.map(({ state }) => state)).to.deep.equal(['starting', 'held', 'idle', 'idle']);
  });

  it('tells who has the places when it is denied, and takes one over', async () => {
    const active = [{ stream_id: 'x', expires_at: '2026-01-01T00:00:00Z' }];
    answers.acquire = async () => ({ denied: true, limit: 3, active });
    const one = lease();
    await one.start();
    expect(last()).to.deep.equal({ state: 'denied', limit: 3, active });
    await clock.pass(95_000);
    answers.acquire = async ({ stream_id }) => held(stream_id);
    await one.start(['x']);
    expect(last()).to.deep.equal({ state: 'held' });
    expect(calls).to.deep.equal(['acquire s1', 'acquire s2 for x']);
    one.stop();
  });

  it('is lost when a heartbeat finds it gone, and is not asked for again', async () => {
    const one = lease();
    await one.start();
    answers.renew = async () => undefined;
    await one.check();
    expect(last()).to.deep.equal({ state: 'lost', why: 'taken over' });
    await clock.pass(200_000);
    expect(calls).to.deep.equal(['acquire s1', 'renew s1']);
  });

  it('outlives a service that is away for a while, but not the lease', async () => {
    const one = lease();
    await one.start();
    answers.renew = away;
    await clock.pass(60_000);
    answers.renew = async (id) => held(id);
    await clock.pass(10_000);
    expect(last()).to.deep.equal({ state: 'held' });
    answers.renew = away;
    await clock.pass(80_000);
    expect(last()).to.deep.equal({ state: 'held' });
    await clock.pass(20_000);
    expect(last()).to.deep.equal({ state: 'lost', why: 'out of reach' });
  });

  it('is given up in a pause of more than five minutes, and kept in a shorter one', async () => {
    const one = lease();
    await one.start();
    one.paused();
    await clock.pass(longestPause - 1);
    one.resumed();
    await clock.pass(longestPause);
    expect(last()).to.deep.equal({ state: 'held' });
    one.paused();
    await clock.pass(longestPause);
    expect(last()).to.deep.equal({ state: 'released' });
    expect(calls.at(-1)).to.equal('release s1');
  });

  it('is given up when its start was overtaken by a stop, or its answer was lost', async () => {
    const one = lease();
    const starting = one.start();
    one.stop();
    await starting;
    expect(calls).to.deep.equal(['acquire s1', 'release s1', 'release s1']);
    answers.acquire = away;
    await one.start();
    expect(last()).to.deep.equal({ state: 'failed', message: 'out of reach' });
    expect(calls.slice(3)).to.deep.equal(['acquire s2', 'release s2']);
  });

  it('is abandoned when the page goes, without a state that nobody sees', async () => {
    const one = lease();
    await one.start();
    one.leave();
    one.leave();
    await clock.pass(95_000);
    expect(calls).to.deep.equal(['acquire s1', 'abandon s1']);
    expect(last()).to.deep.equal({ state: 'held' });
  });
});
