import type { ActiveStream } from '../types.ts';

/** The service's answer about a stream that is held. */
export interface HeldStream {
  readonly stream_id: string;
  readonly expires_at: string;
  readonly heartbeat_interval_s: number;
}

/**
 * - `lost`: another page took the stream over, or the lease ran out while the service could not be reached
 * - `released`: this page gave the stream up after a long pause
 */
export type LeaseState =
  | { readonly state: 'idle' | 'starting' | 'held' | 'released' }
  | { readonly state: 'denied'; readonly limit: number; readonly active: readonly ActiveStream[] }
  | { readonly state: 'lost'; readonly why: 'taken over' | 'out of reach' }
  | { readonly state: 'failed'; readonly message: string };

/** The calls to the service that a lease needs. */
export interface StreamTransport {
  /** @returns the streams that are held, when the viewer's limit does not allow another. */
  acquire(body: {
    stream_id: string;
    replaces: readonly string[];
  }): Promise<HeldStream | { denied: true; limit: number; active: readonly ActiveStream[] }>;
  /** @returns undefined when the stream is no longer held. @throws when the service could not be reached. */
  renew(id: string): Promise<HeldStream | undefined>;
  release(id: string): Promise<void>;
  /** Releases the stream by a request that outlives the page. */
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
  /** Checks whether the stream is still held, as when another page says that it took one over. */
  check(): Promise<void>;
  /** Releases the stream; after a denied start, goes back to idle. */
  stop(): void;
  /** Releases the stream when the page is left. */
  leave(): void;
}

/** Milliseconds of pause after which the stream is released, so that another may be watched instead. */
export const longestPause = 5 * 60_000;
/** Milliseconds between two tries while the service cannot be reached. */
const retryPause = 3000;

/**
 * One video's lease among the viewer's streams: acquired before it plays, kept by heartbeats, and released at its end, after
 * a long pause, or when the page is left. A video that loses it must stop: none plays without a lease.
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

  function clear(): string | undefined {
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
    clear();
    id = wanted;
    become({ state: 'starting' });
    try {
      const answer = await transport.acquire({ stream_id: wanted, replaces });
      if (id !== wanted) {
        // The video was stopped while the answer was under way.
        if (!('denied' in answer)) await transport.release(wanted);
        return { state: 'idle' };
      }
      if ('denied' in answer) {
        clear();
        return become({ state: 'denied', limit: answer.limit, active: answer.active });
      }
      hold(answer);
      return become({ state: 'held' });
    } catch (error) {
      // The stream may have been acquired although its answer was lost.
      if (id === wanted) transport.release(wanted).catch(() => {});
      clear();
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
      clear();
      become({ state: 'lost', why: 'taken over' });
    } catch {
      if (id !== asked) return;
      if (clock.now() < expires) return beatIn(Math.min(retryPause, interval));
      clear();
      become({ state: 'lost', why: 'out of reach' });
    }
  }

  function end(state: LeaseState): void {
    const was = clear();
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
      const was = clear();
      if (was !== undefined) transport.abandon(was);
    },
  };
}
