import { type FSWatcher, readdirSync, watch } from 'node:fs';
import { join } from 'node:path';

/** Milliseconds to wait after a change for more of them: editors write a file in steps, git writes many files. */
const settleTime = 200;

/**
 * Calls back when something below the directories has changed. It watches directories, not files: many editors save by
 * replacing the file, after which a watch on the old file reports nothing more. `node --watch` loses files in this way.
 * @returns a function that ends the watch
 */
export function watchSources(roots: readonly string[], changed: () => void): () => void {
  let watchers: FSWatcher[] = [];
  let timer: NodeJS.Timeout | undefined;

  function start(): void {
    watchers = roots.flatMap(directoriesBelow).map((directory) => watch(directory, noted));
    // A watcher reports an error when its directory is removed.
    for (const watcher of watchers) watcher.on('error', noted);
  }

  function noted(): void {
    clearTimeout(timer);
    timer = setTimeout(() => {
      close();
      start();
      changed();
    }, settleTime);
  }

  function close(): void {
    clearTimeout(timer);
    for (const watcher of watchers) watcher.close();
  }

  start();
  return close;
}

function directoriesBelow(root: string): string[] {
  const entries = readdirSync(root, { recursive: true, withFileTypes: true });
  const below = entries.filter((entry) => entry.isDirectory());
  return [root, ...below.map(({ parentPath, name }) => join(parentPath, name))];
}
