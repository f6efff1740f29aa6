import { execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const prefix = 'trellis-commit-';
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Gives `work` a directory with the files of a commit, which is gone afterwards, also when a signal ends the process. What a
 * process left that was killed goes with the next call. The repository itself is not touched: a worktree would leave an
 * entry in it.
 *
 * @throws when the repository has no such commit
 */
export async function withCommit<T>(
  repository: string,
  commit: string,
  work: (directory: string) => Promise<T>,
): Promise<T> {
  await removeLeftovers();
  const parent = await mkdtemp(join(tmpdir(), `${prefix}${process.pid}-`));
  const remove = () => rmSync(parent, { recursive: true, force: true });
  const leave = (signal: NodeJS.Signals) => {
    remove();
    for (const one of signals) process.off(one, leave);
    process.kill(process.pid, signal);
  };
  for (const signal of signals) process.on(signal, leave);
  try {
    const directory = join(parent, 'program');
    const env = { ...process.env, GIT_INDEX_FILE: join(parent, 'index') };
    const git = (...args: string[]) => run('git', args, { cwd: repository, env });
    const { stdout } = await git('rev-parse', '--verify', '--end-of-options', `${commit}^{commit}`);
    await git('read-tree', stdout.trim());
    await git('checkout-index', '--all', `--prefix=${directory}/`);
    return await work(directory);
  } finally {
    for (const signal of signals) process.off(signal, leave);
    remove();
  }
}

/** The directories of processes that are there no longer. */
async function removeLeftovers(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const [, pid] = new RegExp(`^${prefix}(\\d+)-`).exec(name) ?? [];
    if (pid !== undefined && !isRunning(Number(pid))) {
      await rm(join(tmpdir(), name), { recursive: true, force: true });
    }
  }
}

/** A process of another user is there as well. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
