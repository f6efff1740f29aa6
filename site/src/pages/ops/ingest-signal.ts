const changes = new EventTarget();

/** Tells lists of files to load again, since a file was sent. */
export function refreshIngests(): void {
  changes.dispatchEvent(new Event('change'));
}

export function onIngestChange(listener: () => void): () => void {
  changes.addEventListener('change', listener);
  return () => changes.removeEventListener('change', listener);
}
