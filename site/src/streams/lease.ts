import type { ActiveStream } from '../types.ts';

/** What the service answers about a stream that is held. */
export interface HeldStream {
  readonly stream_id: string;
  readonly expires_at: string;
  readonly heartbeat_interval_s: number;
}

/**
 * - `lost`: another page took the place, or the lease ran out while the service could not be reached
 * - `released`: given up by this page after a long pause
 */
export type LeaseState =
  | { readonly state: 'idle' | 'starting' | 'held' | 'released' }
  | { readonly state: 'denied'; readonly limit: number; readonly active: readonly ActiveStream[] }
  | { readonly state: 'lost'; readonly why: 'taken over' | 'out of reach' }
  | { readonly state: 'failed'; readonly message: string };

/** How a lease talks to the service. */
export interface StreamTransport {
  /** @returns who has the places when there is none left. */
  acquire(body: {
    stream_id: string;
    replaces: readonly string[];
  }): Promise<HeldStream | { denied: true; limit: number; active: readonly ActiveStream[] }>;
  /** @returns undefined when the stream is gone. @throws when the service could not be reached. */
  renew(id: string): Promise<HeldStream | undefined>;
  release(id: string): Promise<void>;
  /** Release that outlives the page. */
  abandon(id: string): void;
}

export interface Clock {
  now(): number;
  later(work: () => void, milliseconds: number): () => void;
}

export interface Lease {
  readonly id: string | undefined;
  start(replaces?: readonly string[]): Promise<LeaseState>;
  paused(): void;
  resumed(): void;
  /** Asks whether the stream is still held, as when another page says that it took one over. */
  check(): Promise<void>;
  /** Gives the place up, or forgets that there was none. */
  stop(): void;
  /** The page goes away. */
  leave(): void;
}

/** Milliseconds of pause after which the place goes to whoever wants it. */
export const longestPause = 5 * 60_000;
/** Milliseconds between attempts while the service cannot be reached. */
const retryPause = 3000;

/**
 * One video's place among the viewer's streams: taken before it plays, kept by heartbeats, and given up at its end,
 * after a long pause, or when the page goes. Whoever loses it must stop: no stream plays without a lease.
 */
export function createLease(
  transport: StreamTransport,
  clock: Clock,
  changed: (state: LeaseState) => void,
  newId: () => string,
): Lease {
  let id: string | undefined;
  let expires = 0;
  let interval = 0;
  let cancelBeat = () => {};
  let cancelPause = () => {};

  function become(state: LeaseState): LeaseState {
    changed(state);
    return state;
  }

  function forget(): string | undefined {
    cancelBeat();
    cancelPause();
    const was = id;
    id = undefined;
    return was;
  }

  function hold(held: HeldStream): void {
    expires = Date.parse(held.expires_at);
    interval = held.heartbeat_interval_s * 1000;
    beatIn(interval);
  }

  function beatIn(milliseconds: number): void {
    cancelBeat();
    cancelBeat = clock.later(check, milliseconds);
  }

  async function start(replaces: readonly string[] = []): Promise<LeaseState> {
    const wanted = newId();
    forget();
    id = wanted;
    become({ state: 'starting' });
    try {
      const answer = await transport.acquire({ stream_id: wanted, replaces });
      if (id !== wanted) {
        // Stopped while the answer was under way.
        if (!('denied' in answer)) await transport.release(wanted);
        return { state: 'idle' };
      }
      if ('denied' in answer) {
        forget();
        return become({ state: 'denied', limit: answer.limit, active: answer.active });
      }
      hold(answer);
      return become({ state: 'held' });
    } catch (error) {
      // The answer may have been lost after the place was taken.
      if (id === wanted) transport.release(wanted).catch(() => {});
      forget();
      return become({ state: 'failed', message: (error as Error).message });
    }
  }

  async function check(): Promise<void> {
    const asked = id;
    if (asked === undefined) return;
    try {
      const held = await transport.renew(asked);
      if (id !== asked) return;
      if (held) return hold(held);
      forget();
      become({ state: 'lost', why: 'taken over' });
    } catch {
      if (id !== asked) return;
      if (clock.now() < expires) return beatIn(Math.min(retryPause, interval));
      forget();
      become({ state: 'lost', why: 'out of reach' });
    }
  }

  function end(state: LeaseState): void {
    const was = forget();
    if (was !== undefined) transport.release(was).catch(() => {});
    become(state);
  }

  return {
    get id() {
      return id;
    },
    start,
    check,
    paused: () => {
      cancelPause();
      if (id !== undefined) cancelPause = clock.later(() => end({ state: 'released' }), longestPause);
    },
    resumed: () => cancelPause(),
    stop: () => end({ state: 'idle' }),
    leave: () => {
      const was = forget();
      if (was !== undefined) transport.abandon(was);
    },
  };
}
