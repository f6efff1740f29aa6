import { useRef, useState } from 'preact/hooks';
import { bytes } from '../../parts/format.ts';
import { refreshIngests } from './ingest-signal.ts';
import { uploadFile } from './upload.ts';

interface Transfer {
  readonly id: number;
  readonly name: string;
  readonly size: number;
  readonly share: number;
  readonly state: 'sending' | 'sent' | 'failed';
  readonly message?: string;
  readonly abort: AbortController;
}

const kinds = ['prices', 'ports', 'regions'];
let lastId = 0;

export function UploadForm() {
  const [transfers, setTransfers] = useState<readonly Transfer[]>([]);
  const [over, setOver] = useState(false);
  const [kind, setKind] = useState('prices');
  const form = useRef<HTMLFormElement>(null);

  function change(id: number, fields: Partial<Transfer>): void {
    setTransfers((all) => all.map((each) => (each.id === id ? { ...each, ...fields } : each)));
  }

  async function start(file: File): Promise<void> {
    const data = new FormData(form.current ?? undefined);
    const abort = new AbortController();
    const id = ++lastId;
    setTransfers((all) => [
      { id, name: file.name, size: file.size, share: 0, state: 'sending', abort },
      ...all,
    ]);
    try {
      await uploadFile(file, {
        kind: String(data.get('kind')),
        partial: data.get('partial') !== null,
        complete: data.get('complete') !== null,
        progress: (share) => change(id, { share }),
        signal: abort.signal,
      });
      change(id, { state: 'sent', share: 1 });
    } catch (error) {
      const message = abort.signal.aborted ? 'cancelled' : (error as Error).message;
      change(id, { state: 'failed', message });
    }
    refreshIngests();
  }

  const startAll = (files: FileList | null | undefined) =>
    [...(files ?? [])].forEach((file) => void start(file));
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    startAll(event.dataTransfer?.files);
  };

  return (
    <section class="card" aria-labelledby="upload-title">
      <h2 id="upload-title">Upload</h2>
      <form ref={form} class="upload" onSubmit={(event) => event.preventDefault()}>
        <fieldset>
          <legend>The rows are</legend>
          {kinds.map((each) => (
            <label key={each}>
              <input
                type="radio"
                name="kind"
                value={each}
                checked={each === kind}
                onChange={() => setKind(each)}
              />{' '}
              {each}
            </label>
          ))}
        </fieldset>
        <label class="check">
          <input type="checkbox" name="partial" /> Commit the good rows even if others are bad
        </label>
        {kind !== 'prices' && (
          <label class="check">
            <input type="checkbox" name="complete" /> The file names all {kind}: others go, unless prices use
            them
          </label>
        )}
        <label
          class={over ? 'drop over' : 'drop'}
          onDragOver={(event) => {
            event.preventDefault();
            setOver(true);
          }}
          onDragLeave={() => setOver(false)}
          onDrop={drop}
        >
          <span>
            <strong>Choose files</strong> or drop them here
          </span>
          <small>CSV, gzip or NDJSON; several at once</small>
          <input
            type="file"
            multiple
            onChange={(event) => {
              startAll(event.currentTarget.files);
              event.currentTarget.value = '';
            }}
          />
        </label>
      </form>
      <ul class="rows" aria-label="Transfers">
        {transfers.map(({ id, name, size, share, state, message, abort }) => (
          <li key={id} data-transfer={state}>
            <span>
              <strong>{name}</strong>
              <small>
                {bytes(size)},{' '}
                {state === 'failed' ? message : state === 'sent' ? 'sent' : `${Math.floor(share * 100)} %`}
              </small>
            </span>
            <progress value={share} max={1} aria-label={`Upload of ${name}`} />
            {state === 'sending' ? (
              <button type="button" onClick={() => abort.abort()}>
                Cancel
              </button>
            ) : (
              <button
                type="button"
                onClick={() => setTransfers((all) => all.filter((each) => each.id !== id))}
              >
                Dismiss
              </button>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
