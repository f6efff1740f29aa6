import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** The sources of an earlier commit, with the packages of this one. */
export interface EarlierRelease {
  /** The program of its ingest job. */
  readonly job: string;
  /** The module with its store of rates. */
  readonly store: string;
  /** The program of its service. */
  readonly service: string;
  remove(): void;
}

export function earlierRelease(commit: string): EarlierRelease {
  const directory = mkdtempSync(join(tmpdir(), 'trellis-release-'));
  const archive = execFileSync('git', ['archive', commit], { cwd: root, maxBuffer: 2 ** 28 });
  execFileSync('tar', ['-x', '-C', directory], { input: archive });
  symlinkSync(join(root, 'node_modules'), join(directory, 'node_modules'));
  const jobs = ['jobs/ingest/main.ts', 'app/jobs/ingest/main.ts'].map((path) => join(directory, path));
  const job = jobs.find((path) => existsSync(path));
  if (!job) throw new Error(`${commit} has no ingest job`);
  return {
    job,
    store: join(directory, 'app/rates/store.ts'),
    service: join(directory, 'app/server.ts'),
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}
