import { call } from '../../api.ts';
import { Badge } from '../../parts/badge.tsx';
import { clockTime } from '../../parts/format.ts';
import { useLive } from '../../parts/use-live.ts';
import { Link } from '../../router.tsx';
import type { Ingest, Page } from '../../types.ts';
import { LatestScans } from '../ops/scans.tsx';

/** The latest ingests, and the latest scans if the service has that route. */
export function Latest() {
  const { data, error } = useLive(
    () => call<Page<Ingest>>('GET', '/api/v1/ingests', { query: { limit: '5' }, keyed: true }),
    3000,
  );
  return (
    <>
      <h3>Ingests</h3>
      {error && <p class="quiet">{error.message}</p>}
      {data?.items.length === 0 && <p class="quiet">No files yet.</p>}
      <ul class="rows">
        {data?.items.map((ingest) => (
          <li key={ingest.id}>
            <span>
              <strong>{ingest.file_name}</strong>
              <small>
                {ingest.kind}, {clockTime(ingest.created_at)}
              </small>
            </span>
            <Badge state={ingest.state} />
          </li>
        ))}
      </ul>
      <LatestScans />
      <p>
        <Link href="/ops">Open the console</Link>
      </p>
    </>
  );
}
