import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';

/** Keeps reads apart from each other. */
export interface Pace<T> {
  /** Milliseconds from the start of a read that found `value` to the start of the next one. */
  rest(value: T): number;
  /** Tests wait in a way of their own. @default timers */
  wait?(milliseconds: number): Promise<unknown>;
}

/**
 * Shares reads between concurrent callers without ever answering with a value older than the call: what etcd's
 * `linearizableReadLoop` does. A caller never joins a read in flight, which may have been served before a write
 * that finished before the call; it joins the next read, which no caller joins any more once it is sent.
 * So at most one read is in flight, and a caller waits for two of them, and the rest between them, at the most.
 */
export function coalesce<T>(read: () => Promise<T>, pace?: Pace<T>): () => Promise<T> {
  const wait = pace?.wait ?? sleep;
  let inFlight: Promise<unknown> | undefined;
  let next: Promise<T> | undefined;
  /** When the next read may start, by `performance.now()`. */
  let free = 0;

  async function send(after: Promise<unknown> | undefined): Promise<T> {
    // A failed read is its own callers' error; the next read is tried regardless.
    await after?.catch(() => {});
    const rest = free - performance.now();
    // Callers that arrive in the same turn of the event loop share the read: under load that halves the reads.
    await (rest > 0 ? wait(rest) : nextTurn());
    next = undefined;
    const start = performance.now();
    const sent = read();
    inFlight = sent;
    if (pace)
      sent.then(
        (value) => {
          free = start + pace.rest(value);
        },
        () => {},
      );
    return sent;
  }

  return () => {
    next ??= send(inFlight);
    return next;
  };
}
