import { useState } from 'preact/hooks';
import { call } from '../api.ts';
import { setApiKey, useApiKey } from '../key.ts';

/** Takes the API key, tries it, and keeps it for this tab's session. */
export function KeyForm({ why }: { readonly why: string }) {
  const [error, setError] = useState<string>();
  const [busy, setBusy] = useState(false);

  async function submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const key = String(new FormData(event.target as HTMLFormElement).get('key')).trim();
    setBusy(true);
    setError(undefined);
    try {
      const headers = { authorization: `Bearer ${key}` };
      await call('GET', '/api/v1/users', { query: { limit: '1' }, init: { headers } });
      setApiKey(key);
    } catch (failure) {
      setBusy(false);
      setError((failure as Error).message);
    }
  }

  return (
    <form class="key-form" onSubmit={submit}>
      <label for="key">API key</label>
      <p class="quiet" id="key-why">
        {why} <code>npm start</code> prints the key. It is kept in this tab only.
      </p>
      <div class="field">
        <input
          id="key"
          name="key"
          type="password"
          required
          autocomplete="off"
          aria-describedby={error ? 'key-why key-error' : 'key-why'}
        />
        <button type="submit" class="primary" disabled={busy}>
          Unlock
        </button>
      </div>
      <p class="field-error" id="key-error" role="alert">
        {error ?? ''}
      </p>
    </form>
  );
}

export function ForgetKey() {
  return useApiKey() === undefined ? null : (
    <button type="button" class="link" onClick={() => setApiKey(undefined)}>
      Forget the API key
    </button>
  );
}
