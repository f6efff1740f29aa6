import { setImmediate as nextTurn } from 'node:timers/promises';

/**
 * Shares reads between concurrent callers without ever answering with a value older than the call: what etcd's
 * `linearizableReadLoop` does. A caller never joins a read in flight, which may have been served before a write
 * that finished before the call; it joins the next read, which no caller joins any more once it is sent.
 * So at most one read is in flight, and a caller waits for two of them at the most.
 */
export function coalesce<T>(read: () => Promise<T>): () => Promise<T> {
  let inFlight: Promise<unknown> | undefined;
  let next: Promise<T> | undefined;

  async function send(after: Promise<unknown> | undefined): Promise<T> {
    // A failed read is its own callers' error; the next read is tried regardless.
    await after?.catch(() => {});
    // Callers that arrive in the same turn of the event loop share the read: under load that halves the reads.
    await nextTurn();
    next = undefined;
    const sent = read();
    inFlight = sent;
    return sent;
  }

  return () => {
    next ??= send(inFlight);
    return next;
  };
}
