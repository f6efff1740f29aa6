import { existsSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { siteDirectory } from '../contract/site.ts';
import { runCommand } from '../scripts/command.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const sources = fileURLToPath(new URL('.', import.meta.url));
const output = join(root, siteDirectory);

/**
 * Builds the site into `siteDirectory`, unless the built site is newer than all its sources. It is built beside the old one
 * and renamed when complete, so that a server meanwhile serves the whole old site, and of two builds at once the last wins.
 * @returns whether the site was built
 */
export async function buildSite(): Promise<boolean> {
  const index = join(output, 'index.html');
  if (existsSync(index) && statSync(index).mtimeMs > newest()) return false;
  const { build } = await import('vite');
  const fresh = join(sources, `.dist-${process.pid}`);
  const old = join(sources, `.dist-${process.pid}-old`);
  const remove = () => {
    for (const directory of [fresh, old]) rmSync(directory, { recursive: true, force: true, maxRetries: 3 });
  };
  // npm start does not wait for the build when it is stopped.
  process.once('exit', remove);
  try {
    await build({ configFile: join(sources, 'vite.config.ts'), build: { outDir: fresh, emptyOutDir: true } });
    if (existsSync(output)) renameSync(output, old);
    renameSync(fresh, output);
  } finally {
    process.off('exit', remove);
    remove();
  }
  return true;
}

/** Milliseconds since 1970 of the last change; a directory changes when a file in it comes or goes. */
function newest(): number {
  const entries = readdirSync(sources, { recursive: true, withFileTypes: true })
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !/^(dist|\.dist-[^/]*)(\/|$)/.test(path.slice(sources.length)));
  const files = [...entries, join(root, 'package-lock.json'), join(root, 'contract', 'site.ts')];
  return Math.max(...files.map((path) => statSync(path).mtimeMs));
}

if (import.meta.main)
  await runCommand({
    name: 'npm run site',
    help: `  builds the site into ${siteDirectory}, unless the one there is newer than its sources

Exit codes: 0 the site is built, 1 it could not be built, 2 called wrongly.`,
    options: {},
    run: async () => {
      const built = await buildSite();
      console.log(
        `${siteDirectory} ${built ? 'has been built' : 'is newer than its sources, so it was not built again'}`,
      );
    },
  });
