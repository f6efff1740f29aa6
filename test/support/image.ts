import { cp, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Instruction, inImage } from './dockerfile.ts';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** Lays out a directory as the image's working directory: what its COPY lines copy, and nothing else. */
export async function layOut(instructions: Instruction[], directory: string): Promise<void> {
  for (const copy of inImage(instructions, 'COPY')) {
    const [source = '', target = ''] = copy.split(' ').filter((word) => !word.startsWith('--'));
    if (copy.startsWith('--from=dependencies')) await copyPackages(directory);
    else
      await cp(join(root, source), join(directory, target, target.endsWith('/') ? source : ''), {
        recursive: true,
      });
  }
}

interface LockedPackage {
  dev?: boolean;
  optional?: boolean;
  devOptional?: boolean;
}

/** What `npm ci --omit=dev --omit=optional` would install, from the packages that are installed here; that command
 * itself would need the network. */
async function copyPackages(directory: string): Promise<void> {
  for (const path of await productionPackages()) {
    await mkdir(join(directory, path), { recursive: true });
    await cp(join(root, path), join(directory, path), {
      recursive: true,
      // A nested package comes by its own entry, if it comes at all.
      filter: (source) => !source.slice(join(root, path).length).includes('/node_modules'),
    });
  }
}

/** Paths of the packages in the lockfile that production needs. */
export async function productionPackages(): Promise<string[]> {
  const lock = JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8'));
  return Object.entries(lock.packages as Record<string, LockedPackage>)
    .filter(([path, { dev, optional, devOptional }]) => path !== '' && !dev && !optional && !devOptional)
    .map(([path]) => path);
}
