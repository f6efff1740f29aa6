import { useState } from 'preact/hooks';
import { call } from '../../api.ts';
import { useApiKey } from '../../key.ts';
import { clockTime } from '../../parts/format.ts';
import { KeyForm } from '../../parts/key-form.tsx';
import { useLive } from '../../parts/use-live.ts';
import type { SavedString } from '../../types.ts';

const route = '/api/v1/page';

/** The string of the dynamic page, and a form to change it without a release. */
export function SavedStringCard() {
  const { data, error, refresh } = useLive(() => call<SavedString>('GET', route), 2000);
  const key = useApiKey();
  const [editing, setEditing] = useState(false);
  return (
    <section class="card saved" aria-labelledby="saved-title">
      <h2 id="saved-title">The saved string</h2>
      <p class="string" data-testid="saved-string">
        {data ? data.string : <span class="bone">dynamic string</span>}
      </p>
      <p class="quiet">
        {error ? error.message : describe(data)} · <a href="/page">see the page</a>
      </p>
      {!editing ? (
        <button type="button" onClick={() => setEditing(true)} disabled={!data}>
          Change it
        </button>
      ) : key === undefined ? (
        <KeyForm why="Changing the string needs it." />
      ) : (
        <StringForm
          initial={data?.string ?? ''}
          saved={async () => {
            await refresh();
            setEditing(false);
          }}
          cancel={() => setEditing(false)}
        />
      )}
    </section>
  );
}

interface StringFormProps {
  readonly initial: string;
  readonly saved: () => Promise<void>;
  readonly cancel: () => void;
}

function StringForm({ initial, saved, cancel }: StringFormProps) {
  const [error, setError] = useState<string>();
  async function submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const string = String(new FormData(event.target as HTMLFormElement).get('string'));
    try {
      await call('PUT', route, { body: { string }, keyed: true });
      await saved();
    } catch (failure) {
      setError((failure as Error).message);
    }
  }
  return (
    <form onSubmit={submit}>
      <label for="string">New string</label>
      <div class="field">
        <input id="string" name="string" defaultValue={initial} maxLength={4096} autocomplete="off" />
        <button type="submit" class="primary">
          Save
        </button>
        <button type="button" onClick={cancel}>
          Cancel
        </button>
      </div>
      <p class="field-error" role="alert">
        {error ?? ''}
      </p>
    </form>
  );
}

function describe(saved: SavedString | undefined): string {
  if (!saved) return 'Loading …';
  if (saved.version === 0 || saved.updated_at === null) return 'not set yet';
  return `version ${saved.version}, ${clockTime(saved.updated_at)}`;
}
