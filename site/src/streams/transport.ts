import { CallError, call } from '../api.ts';
import type { ActiveStream, Video } from '../types.ts';
import type { Clock, HeldStream, StreamTransport } from './lease.ts';

const route = '/api/v1/streams/:id';

export function transportFor({ title, src, content_type, size }: Video): StreamTransport {
  return {
    async acquire({ stream_id, replaces }) {
      const details = { video_name: title, src, file_type: content_type, size, video_playing: true };
      try {
        return await call<HeldStream>('POST', '/api/v1/stream', {
          body: { ...details, stream_id, replaces },
        });
      } catch (error) {
        if (!(error instanceof CallError && error.status === 409)) throw error;
        const { limit, active_streams } = error.problem as {
          limit?: number;
          active_streams?: ActiveStream[];
        };
        return { denied: true, limit: limit ?? 0, active: active_streams ?? [] };
      }
    },
    async renew(id) {
      try {
        return await call<HeldStream>('PUT', route, { params: { id } });
      } catch (error) {
        if (error instanceof CallError && error.status === 410) return undefined;
        throw error;
      }
    },
    release: (id) => call('DELETE', route, { params: { id }, init: { keepalive: true } }),
    // A beacon can only POST, so it reports the end of the video, which releases the stream.
    abandon: (id) => {
      const body = JSON.stringify({ stream_id: id, video_ended: true });
      navigator.sendBeacon('/api/v1/stream', new Blob([body], { type: 'application/json' }));
    },
  };
}

export const browserClock: Clock = {
  now: () => Date.now(),
  later: (work, milliseconds) => {
    const timer = setTimeout(work, milliseconds);
    return () => clearTimeout(timer);
  },
};

/** Tells the other pages of this browser that one of their streams was stopped; those of other browsers learn it by
 * their next heartbeat. */
const channel = new BroadcastChannel('trellis-streams');

export function notifyStopped(ids: readonly string[]): void {
  channel.postMessage(ids);
}

export function onStopped(listener: (ids: readonly string[]) => void): () => void {
  const handle = ({ data }: MessageEvent<readonly string[]>) => listener(data);
  channel.addEventListener('message', handle);
  return () => channel.removeEventListener('message', handle);
}
