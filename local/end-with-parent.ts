import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';

/**
 * The shell becomes the program. Before that it leaves a subshell behind, which reads a pipe. Only this process has the
 * other end; when the system closes it, the subshell kills the group. `env` removes the variables that some shells add; npm
 * expects it at the same path, whatever PATH is.
 */
const script = `exec 9<&0
(read -r _ <&9; kill -9 0) >/dev/null 2>&1 &
exec /usr/bin/env -u PWD -u OLDPWD -u SHLVL -u _ "$0" "$@" </dev/null 9<&-`;

export interface EndWithParentOptions {
  readonly cwd?: string;
  readonly env: NodeJS.ProcessEnv;
  /** For stdout and stderr, and for an IPC channel if there is one. */
  readonly stdio: readonly ('pipe' | 'ignore' | 'ipc' | number)[];
}

/**
 * Starts a program that ends with this process, however this process ends, SIGKILL included. It leads a process group of
 * its own, so that Ctrl-C reaches only this process, which then stops its programs in order. What the program starts is in
 * that group and ends with it.
 */
export function spawnEndingWithParent(
  program: string,
  args: readonly string[],
  { stdio, ...options }: EndWithParentOptions,
): ChildProcess {
  const spawnOptions: SpawnOptions = { ...options, stdio: ['pipe', ...stdio], detached: true };
  const child = spawn('/bin/sh', ['-c', script, program, ...args], spawnOptions);
  // Processes that it started and left behind end with it, as they would in a container.
  child.once('exit', () => killGroup(child));
  return child;
}

/** Ends the program and what it has started. */
export function killGroup({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // The whole group has ended already.
  }
}
