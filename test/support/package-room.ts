import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { pack } from '../../scripts/pack.ts';

const modules = fileURLToPath(new URL('../../node_modules', import.meta.url));

export interface PackageRoom {
  /** An empty directory but for node_modules. */
  readonly directory: string;
  /** Where the package is installed. */
  readonly installed: string;
}

let room: Promise<PackageRoom> | undefined;

/**
 * A directory with what `npm install <tarball>` leaves there: the unpacked tarball and what it depends on, which is linked.
 * The tarball is made once in a test run.
 */
export function packageRoom(): Promise<PackageRoom> {
  room ??= makeRoom();
  return room;
}

async function makeRoom(): Promise<PackageRoom> {
  const directory = mkdtempSync(join(tmpdir(), 'trellis-room-'));
  process.once('exit', () => rmSync(directory, { recursive: true, force: true }));
  const tarball = await pack(join(directory, 'dist'));
  // As npm: the tarball's only folder is called `package`.
  const installed = join(directory, 'node_modules/trellis-components');
  mkdirSync(join(directory, 'unpacked'));
  await promisify(execFile)('tar', ['-xzf', tarball, '-C', join(directory, 'unpacked')]);
  mkdirSync(dirname(installed), { recursive: true });
  renameSync(join(directory, 'unpacked/package'), installed);
  for (const name of ['dist', 'unpacked']) rmSync(join(directory, name), { recursive: true });
  for (const name of ['@pulumi', '@aws-sdk', 'mime', '@types']) {
    symlinkSync(join(modules, name), join(directory, 'node_modules', name));
  }
  writeFileSync(join(directory, 'package.json'), '{ "type": "module" }\n');
  return { directory, installed };
}
