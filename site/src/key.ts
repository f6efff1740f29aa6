import { useEffect, useState } from 'preact/hooks';

/** The API key is kept in this tab's session, and sent only as a header. */
const name = 'trellis-api-key';
const listeners = new Set<() => void>();

export function apiKey(): string | undefined {
  return sessionStorage.getItem(name) ?? undefined;
}

export function setApiKey(key: string | undefined): void {
  if (key === undefined) sessionStorage.removeItem(name);
  else sessionStorage.setItem(name, key);
  for (const listener of listeners) listener();
}

export function useApiKey(): string | undefined {
  const [key, set] = useState(apiKey);
  useEffect(() => {
    const listener = () => set(apiKey());
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }, []);
  return key;
}
