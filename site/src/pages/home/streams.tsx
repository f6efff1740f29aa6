import { call } from '../../api.ts';
import { useLive } from '../../parts/use-live.ts';
import { notifyStopped } from '../../streams/transport.ts';
import type { StreamList } from '../../types.ts';

/** The streams that this viewer watches now, in all browsers. */
export function Streams() {
  const { data, error, refresh } = useLive(() => call<StreamList>('GET', '/api/v1/streams'), 2000);

  async function stop(id: string): Promise<void> {
    await call('DELETE', '/api/v1/streams/:id', { params: { id } }).catch(() => {});
    notifyStopped([id]);
    await refresh();
  }

  const items = data?.items ?? [];
  return (
    <section class="card streams" aria-labelledby="streams-title">
      <h2 id="streams-title">Your streams</h2>
      <p class="limit" role="img" aria-label={data ? `${data.active} of ${data.limit} in use` : 'Loading'}>
        {Array.from({ length: Math.min(data?.limit ?? 3, 12) }, (_, i) => (
          <span key={i} class={i < items.length ? 'limit-slot taken' : 'limit-slot'} />
        ))}
      </p>
      {error && <p class="quiet">{error.message}</p>}
      {data && items.length === 0 && (
        <p class="quiet">No video plays. Three may play at once; a fourth asks which one to stop.</p>
      )}
      <ul class="rows">
        {items.map(({ stream_id, video_name, expires_at }) => (
          <li key={stream_id}>
            <span>
              <strong>{video_name ?? 'A video without a name'}</strong>
              <small>until {new Date(expires_at).toLocaleTimeString([], { timeStyle: 'medium' })}</small>
            </span>
            <button type="button" onClick={() => void stop(stream_id)}>
              Stop
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
