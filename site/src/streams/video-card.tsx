import { useEffect, useRef } from 'preact/hooks';
import type { Video } from '../types.ts';
import { Denied } from './denied.tsx';
import type { LeaseState } from './lease.ts';
import { useLease } from './use-lease.ts';

/** A video that plays only while this page holds one of the viewer's streams. */
export function VideoCard({ video }: { readonly video: Video }) {
  const { state, ...lease } = useLease(video);
  const element = useRef<HTMLVideoElement>(null);
  const held = state.state === 'held';

  useEffect(() => {
    const player = element.current;
    if (!player) return;
    // When the browser refuses to play by itself, the viewer starts the video by the browser's controls.
    if (held) {
      player.play().catch(() => {});
      // The button that was pressed is gone; keyboard users must go on from here.
      player.focus({ preventScroll: true });
    } else player.pause();
  }, [held]);

  const ended = () => {
    lease.stop();
    element.current?.load();
  };

  return (
    <article class="video" data-lease={state.state}>
      <div class="screen">
        {/* biome-ignore lint/a11y/useMediaCaption: snippets come without speech, and so without captions */}
        <video
          ref={element}
          src={video.src}
          preload="none"
          playsInline
          controls={held}
          tabIndex={held ? 0 : -1}
          aria-label={video.title}
          onPause={() => held && lease.paused()}
          onPlay={() => lease.resumed()}
          onEnded={ended}
        />
        {!held && (
          <>
            {video.poster && (
              <img
                src={video.poster}
                alt=""
                loading="lazy"
                decoding="async"
                width={video.width ?? 480}
                height={video.height ?? 270}
              />
            )}
            <button
              type="button"
              class="play"
              disabled={state.state === 'starting'}
              aria-label={`Play ${video.title}`}
              onClick={() => void lease.start()}
            >
              <svg viewBox="0 0 24 24" width="24" height="24" aria-hidden="true">
                <path d="M8 5.1v13.8L19 12z" />
              </svg>
            </button>
          </>
        )}
      </div>
      <h3>
        {video.title}
        {video.duration_s !== undefined && <small>{duration(video.duration_s)}</small>}
      </h3>
      <p class={`stream-message ${tone(state)}`} role="status">
        {message(state)}
      </p>
      {state.state === 'denied' && (
        <Denied
          limit={state.limit}
          active={state.active}
          takeOver={(id) => void lease.start([id])}
          cancel={() => lease.stop()}
        />
      )}
    </article>
  );
}

function message(state: LeaseState): string {
  switch (state.state) {
    case 'starting':
      return 'Starting …';
    case 'held':
      return 'Playing here';
    case 'released':
      return 'Stopped after a long pause.';
    case 'lost':
      return state.why === 'taken over'
        ? 'Stopped: another page took this stream over.'
        : 'Stopped: the service could not be reached.';
    case 'failed':
      return `The video could not start: ${state.message}.`;
    default:
      return '';
  }
}

function tone({ state }: LeaseState): string {
  return state === 'lost' || state === 'failed' ? 'warning' : state === 'held' ? 'good' : '';
}

function duration(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(Math.round(seconds % 60)).padStart(2, '0')}`;
}
