const changes = new EventTarget();

/** A file was sent: whoever lists files looks at once. */
export function refreshIngests(): void {
  changes.dispatchEvent(new Event('change'));
}

export function onIngestChange(listener: () => void): () => void {
  changes.addEventListener('change', listener);
  return () => changes.removeEventListener('change', listener);
}
