import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';

/**
 * The shell becomes the program; a part of it stays behind, reads a pipe whose other end only this process has, and
 * kills the group when the system closes that end. `env` takes out what some shells add to the environment; it is where
 * npm itself looks for it, whatever PATH is.
 */
const script = `exec 9<&0
(read -r _ <&9; kill -9 0) >/dev/null 2>&1 &
exec /usr/bin/env -u PWD -u OLDPWD -u SHLVL -u _ "$0" "$@" </dev/null 9<&-`;

export interface LeashOptions {
  readonly cwd?: string;
  readonly env: NodeJS.ProcessEnv;
  /** Of stdout and stderr, and of an IPC channel where there is one. */
  readonly stdio: readonly ('pipe' | 'ignore' | 'ipc' | number)[];
}

/**
 * Starts a program that ends with this process, however this process ends, SIGKILL included. It leads a process group
 * of its own, so that Ctrl-C reaches this process alone, which stops things in order; what the program starts is in
 * that group and ends with it.
 */
export function spawnLeashed(
  program: string,
  args: readonly string[],
  { stdio, ...options }: LeashOptions,
): ChildProcess {
  const spawnOptions: SpawnOptions = { ...options, stdio: ['pipe', ...stdio], detached: true };
  const child = spawn('/bin/sh', ['-c', script, program, ...args], spawnOptions);
  // What it started and left behind goes with it, as it would with a container.
  child.once('exit', () => killGroup(child));
  return child;
}

/** Ends the program and what it has started. */
export function killGroup({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // All of it has ended.
  }
}
