import { type FSWatcher, readdirSync, watch } from 'node:fs';
import { join } from 'node:path';

/** Milliseconds after the last of several changes: editors write a file in steps, git writes many files. */
const calm = 200;

/**
 * Calls back when something below the directories has changed. It watches directories, not files, since many editors
 * save by putting a new file in the place of the old one, after which a watch on the file hears nothing more. That is
 * how `node --watch` loses a file.
 * @returns what ends the watch
 */
export function watchSources(roots: readonly string[], changed: () => void): () => void {
  let watchers: FSWatcher[] = [];
  let timer: NodeJS.Timeout | undefined;

  function start(): void {
    watchers = roots.flatMap(directoriesBelow).map((directory) => watch(directory, noted));
    // A directory that is removed while it is watched.
    for (const watcher of watchers) watcher.on('error', noted);
  }

  function noted(): void {
    clearTimeout(timer);
    timer = setTimeout(() => {
      close();
      start();
      changed();
    }, calm);
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
