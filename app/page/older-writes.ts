/** How many versions back a task of a release up to 1.0 looks for its own write. */
const remembered = 50;
/** Milliseconds after which no such task repeats a write any more; it gives up within seconds. */
const longestRetry = 600_000;

/**
 * A task of a release up to 1.0 finds a write whose answer was lost by its id, in a list in the page's item: that of the
 * current version is first, that of the version before is second, and so on. While such tasks run beside this release, each
 * version of ours moves their ids by one, or they would write again what others have replaced since. Our own writes need no
 * ids, so the list ends with the last id of theirs, and is gone soon after the last of their writes.
 * @param writes the list at the version before
 * @param age milliseconds since that version was written; NaN when that is unknown
 */
export function moveOlderWrites(writes: readonly string[], age: number): string[] {
  if (age > longestRetry) return [];
  const moved = ['', ...writes].slice(0, remembered);
  return moved.slice(0, moved.findLastIndex((id) => id !== '') + 1);
}
