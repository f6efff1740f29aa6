import { useEffect, useRef } from 'preact/hooks';
import type { ActiveStream } from '../types.ts';

interface DeniedProps {
  readonly limit: number;
  readonly active: readonly ActiveStream[];
  readonly takeOver: (id: string) => void;
  readonly cancel: () => void;
}

/** Shown when the viewer's limit is reached: lists the streams, and offers to stop one of them to play here. */
export function Denied({ limit, active, takeOver, cancel }: DeniedProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} class="denied" aria-labelledby="denied-title" onClose={cancel}>
      <h2 id="denied-title">
        {limit === 0 ? 'You may not watch streams' : `You are watching ${active.length} of ${limit} streams`}
      </h2>
      {limit > 0 && (
        <p>Stop one of them to watch here. The page that plays it will say that it was stopped.</p>
      )}
      <ul class="rows">
        {active.map((stream) => (
          <li key={stream.stream_id}>
            <span>
              <strong>{stream.video_name ?? 'A video without a name'}</strong>
              <small>{ownerOf(stream)}</small>
            </span>
            <button type="button" class="primary" onClick={() => takeOver(stream.stream_id)}>
              Stop it, play here
            </button>
          </li>
        ))}
      </ul>
      <form method="dialog">
        <button type="submit">Cancel</button>
      </form>
    </dialog>
  );
}

/** The player's page that a stream is on, by its path `/media/<username>/…`, and the end of its lease. */
function ownerOf({ src, expires_at }: ActiveStream): string {
  const username = /^\/media\/([^/]+)\//.exec(src ?? '')?.[1];
  const until = new Date(expires_at).toLocaleTimeString([], { timeStyle: 'medium' });
  return username ? `on ${username}’s page, held until ${until}` : `held until ${until}`;
}
