import { useEffect, useMemo, useState } from 'preact/hooks';
import type { Video } from '../types.ts';
import { createLease, type Lease, type LeaseState } from './lease.ts';
import { browserClock, notifyStopped, onStopped, transportFor } from './transport.ts';

/** The lease that plays on this page: one at a time. A start elsewhere on the page takes its stream over. */
let playing: Lease | undefined;

/** A video's lease, released when the page or the video is left. */
export function useLease(
  video: Video,
): Pick<Lease, 'start' | 'stop' | 'paused' | 'resumed'> & { state: LeaseState } {
  const [state, setState] = useState<LeaseState>({ state: 'idle' });
  const lease = useMemo(
    () => createLease(transportFor(video), browserClock, setState, () => crypto.randomUUID()),
    [video],
  );

  useEffect(() => {
    const leave = () => {
      lease.leave();
      // The browser may keep the page and bring it back as it was, but not its lease.
      setState({ state: 'idle' });
    };
    addEventListener('pagehide', leave);
    const stopListening = onStopped(
      (ids) => lease.id !== undefined && ids.includes(lease.id) && void lease.check(),
    );
    return () => {
      removeEventListener('pagehide', leave);
      stopListening();
      lease.stop();
    };
  }, [lease]);

  const start = async (replaces: readonly string[] = []) => {
    const before = playing === lease ? undefined : playing?.id;
    const stopped = before === undefined ? replaces : [...replaces, before];
    const result = await lease.start(stopped);
    if (result.state === 'held') {
      if (before !== undefined) playing?.stop();
      playing = lease;
      if (replaces.length > 0) notifyStopped(replaces);
    }
    return result;
  };
  return { state, start, stop: lease.stop, paused: lease.paused, resumed: lease.resumed };
}
