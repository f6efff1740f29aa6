import { useEffect, useState } from 'preact/hooks';
import { CallError } from '../api.ts';
import { loadIdentity, loadPlayers, loadStats, loadVideos, takeProfile } from '../data.ts';
import { Part, usePart } from '../parts/part.tsx';
import { PlayerCards, playerCardsPlaceholder } from '../parts/player-cards.tsx';
import { prefetch, whenIdle } from '../router.tsx';
import { VideoCard } from '../streams/video-card.tsx';
import { Identity, identityPlaceholder } from './player/identity.tsx';
import { StatsTable, statsPlaceholder } from './player/stats.tsx';

/** A profile page. Its parts load independently, and each has room of its own, so that none moves another. */
export default function PlayerPage({ username }: { readonly username: string }) {
  const [profile] = useState(() => takeProfile(username));
  const [identity, retryIdentity] = usePart(
    () => profile.identity,
    () => loadIdentity(username),
  );
  const [stats, retryStats] = usePart(
    () => profile.stats,
    () => loadStats(username),
  );
  const [videos, retryVideos] = usePart(
    () => profile.videos,
    () => loadVideos(username),
  );
  const [players, retryPlayers] = usePart(loadPlayers, loadPlayers);

  const name = identity.state === 'ready' ? (identity.data.name ?? username) : username;
  useEffect(() => {
    document.title = `${name} · Trellis`;
  }, [name]);

  // A reader of one profile is likely to go on to the next in the list.
  const items = players.state === 'ready' ? players.data.items : [];
  const others = items.filter((player) => player.username !== username);
  const own = items.findIndex((player) => player.username === username);
  const next = (items[own + 1] ?? others[0])?.username;
  useEffect(
    () => (next === undefined ? undefined : whenIdle(() => prefetch({ page: 'player', username: next }))),
    [next],
  );

  if (identity.state === 'failed' && identity.error instanceof CallError && identity.error.status === 404) {
    return (
      <section class="card narrow">
        <h1>No such player</h1>
        <p>
          There is no player called <strong>{username}</strong>. <a href="/">See all players</a>
        </p>
      </section>
    );
  }

  return (
    <div class="profile">
      <Part name="profile" part={identity} retry={retryIdentity} placeholder={identityPlaceholder(username)}>
        {(player) => <Identity player={player} />}
      </Part>
      <section class="card" aria-labelledby="stats-title">
        <h2 id="stats-title">Stats</h2>
        <Part name="stats" part={stats} retry={retryStats} placeholder={statsPlaceholder}>
          {(data) => <StatsTable stats={data} />}
        </Part>
      </section>
      <section aria-labelledby="players-title" class="others">
        <h2 id="players-title">More players</h2>
        <Part name="players" part={players} retry={retryPlayers} placeholder={playerCardsPlaceholder}>
          {() => <PlayerCards players={others} />}
        </Part>
      </section>
      <section aria-labelledby="videos-title" class="videos">
        <h2 id="videos-title">Videos</h2>
        <Part
          name="videos"
          part={videos}
          retry={retryVideos}
          placeholder={<div class="video-grid">{[0, 1, 2].map(videoPlaceholder)}</div>}
        >
          {({ items: snippets }) =>
            snippets.length === 0 ? (
              <p class="quiet">There are no videos of this player yet.</p>
            ) : (
              <div class="video-grid">
                {snippets.map((video) => (
                  <VideoCard key={video.id} video={video} />
                ))}
              </div>
            )
          }
        </Part>
      </section>
    </div>
  );
}

function videoPlaceholder(key: number) {
  return (
    <div class="video" key={key}>
      <div class="screen bone" />
      <p class="title bone line" />
      <p class="stream-message" />
    </div>
  );
}
