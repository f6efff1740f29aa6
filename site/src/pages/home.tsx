import { useEffect } from 'preact/hooks';
import { loadPlayers } from '../data.ts';
import { useApiKey } from '../key.ts';
import { ForgetKey, KeyForm } from '../parts/key-form.tsx';
import { Part, usePart } from '../parts/part.tsx';
import { PlayerCards, playerCardsPlaceholder } from '../parts/player-cards.tsx';
import { Latest } from './home/latest.tsx';
import { SavedStringCard } from './home/saved-string.tsx';
import { Streams } from './home/streams.tsx';
import { System } from './home/system.tsx';

/** The start page: the saved string, streams, players, and what runs where. */
export default function HomePage() {
  const key = useApiKey();
  const [players, retry] = usePart(loadPlayers, loadPlayers);
  useEffect(() => {
    document.title = 'Trellis';
  }, []);
  return (
    <div class="home">
      <div class="hero">
        <h1>Everything a team grows on.</h1>
        <p>A service, its data, its site and its pipelines: the same on this address as in the cloud.</p>
      </div>
      <SavedStringCard />
      <Streams />
      <section aria-labelledby="players-title" class="others">
        <h2 id="players-title">Players</h2>
        <Part name="players" part={players} retry={retry} placeholder={playerCardsPlaceholder}>
          {({ items }) => <PlayerCards players={items} />}
        </Part>
      </section>
      <System />
      <section class="card latest" aria-labelledby="latest-title">
        <h2 id="latest-title">Latest work</h2>
        {key === undefined ? <KeyForm why="The latest ingests and scans need it." /> : <Latest />}
        <ForgetKey />
      </section>
    </div>
  );
}
