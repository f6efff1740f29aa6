import { useEffect, useState } from 'preact/hooks';
import { ingestStates } from '../../../../contract/ingest.ts';
import { call } from '../../api.ts';
import { Badge } from '../../parts/badge.tsx';
import { bytes, clockTime } from '../../parts/format.ts';
import { useLive } from '../../parts/use-live.ts';
import type { Ingest, Page } from '../../types.ts';
import { Corrections, isLive } from './corrections.tsx';
import { onIngestChange } from './ingest-signal.ts';
import { Rejects } from './rejects.tsx';

const states = ['', ...ingestStates] as const;

/** The ingested files, newest first, each with its state and reason. */
export function Ingests() {
  const [state, setState] = useState<string>('');
  const [limit, setLimit] = useState(10);
  const list = useLive(
    () =>
      call<Page<Ingest>>('GET', '/api/v1/ingests', {
        query: { limit: String(limit), ...(state ? { state } : {}) },
        keyed: true,
      }),
    1500,
    `${state} ${limit}`,
  );
  useEffect(() => onIngestChange(() => void list.refresh()), [list.refresh]);

  return (
    <section class="card" aria-labelledby="ingests-title">
      <div class="title-row">
        <h2 id="ingests-title">Files</h2>
        <label>
          State{' '}
          <select value={state} onChange={(event) => setState(event.currentTarget.value)}>
            {states.map((each) => (
              <option key={each} value={each}>
                {each === '' ? 'all' : each.replaceAll('_', ' ')}
              </option>
            ))}
          </select>
        </label>
      </div>
      {list.error && <p role="alert">{list.error.message}</p>}
      {list.data?.items.length === 0 && <p class="quiet">No files.</p>}
      <ul class="files">
        {list.data?.items.map((ingest) => (
          <IngestRow key={ingest.id} ingest={ingest} refresh={list.refresh} />
        ))}
      </ul>
      {list.data?.next_cursor && limit < 100 && (
        <button type="button" onClick={() => setLimit(Math.min(100, limit + 30))}>
          Show more
        </button>
      )}
    </section>
  );
}

function IngestRow({ ingest, refresh }: { readonly ingest: Ingest; readonly refresh: () => Promise<void> }) {
  const [open, setOpen] = useState(false);
  const [error, setError] = useState<string>();
  // The rows that a commit left out may be good by now.
  const isPartly = isLive(ingest) && ingest.rows_rejected > 0;
  const retriable = ingest.state === 'failed' || ingest.state === 'rejected' || isPartly;

  async function retry(): Promise<void> {
    setError(undefined);
    try {
      await call('POST', '/api/v1/ingests/:id/retry', { params: { id: ingest.id }, keyed: true });
    } catch (failure) {
      setError((failure as Error).message);
    }
    await refresh();
  }

  return (
    <li data-ingest={ingest.state} data-file={ingest.file_name} data-id={ingest.id}>
      <div class="file">
        <span class="file-name">
          <strong>{ingest.file_name}</strong>
          <small>
            {ingest.kind}, {bytes(ingest.size)}, {clockTime(ingest.created_at)}
            {ingest.retries > 0 ? `, retried ${ingest.retries} times` : ''}
          </small>
        </span>
        <Rows ingest={ingest} />
        <Badge state={ingest.state} />
        <span class="actions">
          {ingest.rejects_key && (
            <button type="button" aria-expanded={open} onClick={() => setOpen(!open)}>
              Rejects
            </button>
          )}
          {retriable && (
            <button type="button" onClick={() => void retry()}>
              Retry
            </button>
          )}
          {isLive(ingest) && <Corrections ingest={ingest} refresh={refresh} />}
        </span>
      </div>
      {remarks(ingest).map((remark) => (
        <p key={remark} class="quiet">
          {remark}
        </p>
      ))}
      {error && (
        <p class="field-error" role="alert">
          {error}
        </p>
      )}
      {open && <Rejects id={ingest.id} fileName={ingest.file_name} />}
    </li>
  );
}

const beforeEnd: readonly string[] = ['awaiting_upload', 'queued', 'running'];

/** What there is to say about a file beside its state: why, who asked, and what took whose place. */
function remarks({ state, reason, duplicate_of, replaces, ...file }: Ingest): string[] {
  const asked = file.retraction_requested_at && clockTime(file.retraction_requested_at);
  const by = file.retraction_requested_by ? ` by ${file.retraction_requested_by}` : '';
  const uploader = file.requested_by ? `, as requested by ${file.requested_by}` : '';
  const ended = file.ended_at ? `, ${clockTime(file.ended_at)}` : '';
  return [
    reason,
    duplicate_of && `The same content was ingested before, as ${duplicate_of}.`,
    replaces && state === 'committed' && !duplicate_of && `It took the place of ${replaces}${uploader}.`,
    replaces && beforeEnd.includes(state) && `It is to take the place of ${replaces}${uploader}.`,
    state === 'replaced' && `Replaced by ${file.replaced_by ?? 'a later file'}${ended}.`,
    state === 'retracting' && `Its retraction was requested${by}, ${asked}.`,
    state === 'retracted' && `Retracted${ended}, as requested${by}.`,
  ].filter((remark) => typeof remark === 'string' && remark !== '') as string[];
}

function Rows({ ingest: { rows_read, rows_accepted, rows_rejected } }: { readonly ingest: Ingest }) {
  const count = (value: number) => value.toLocaleString('en');
  return (
    <span class="row-counts">
      {rows_read === 0 ? '' : `${count(rows_read)} rows`}
      <small>{rows_read === 0 ? '' : `${count(rows_accepted)} good, ${count(rows_rejected)} bad`}</small>
    </span>
  );
}
