import type { ChildProcess } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { createRequire } from 'node:module';
import { spawnEndingWithParent } from '../end-with-parent.ts';

export interface DynamoDBEmulator {
  readonly endpoint: string;
  readonly pid: number;
  readonly process: ChildProcess;
  /** Resolves to the exit code, or to the signal that ended it. */
  readonly ended: Promise<number | string>;
  stop(): Promise<void>;
}

/** Milliseconds within which the emulator must listen; it needs about 20. */
const startLimit = 10_000;
/** Milliseconds after SIGTERM; then it is killed. */
const stopLimit = 3000;
/** These ports are below the range from which systems take the ports of outgoing connections. */
const ports = { from: 10_240, below: 32_768 };
const maxTries = 20;

/**
 * Starts the DynamoDB emulator on a free port. With port 0 it would not say which port it got, so it is started on random
 * ports until one is free. Another process could take a port that was only looked up beforehand.
 * @param options.file file for its data; without one its data is gone when it stops
 * @param options.port a port of the caller's choice, to come back under the same address after a stop
 * @param options.signal ends a start that takes too long
 */
export async function startDynamoDB(
  options: { file?: string; port?: number; signal?: AbortSignal } = {},
): Promise<DynamoDBEmulator> {
  const { file, port, signal } = options;
  for (let tries = 1; ; tries++) {
    const started = await startOn(port ?? randomInt(ports.from, ports.below), file, signal);
    if (typeof started !== 'string') return started;
    signal?.throwIfAborted();
    const isTaken = started.includes('already in use') && port === undefined;
    if (!isTaken || tries === maxTries) throw new Error(`the DynamoDB emulator did not start: ${started}`);
  }
}

/** @returns the emulator, or its output when it did not start. */
async function startOn(
  port: number,
  file: string | undefined,
  signal: AbortSignal | undefined,
): Promise<DynamoDBEmulator | string> {
  const args = ['serve', '--port', String(port), ...(file ? ['--db-path', file] : [])];
  const child = spawnEndingWithParent(executable(), args, { env: process.env, stdio: ['ignore', 'pipe'] });
  const ended = new Promise<number | string>((resolve) =>
    child.once('close', (code, name) => resolve(code ?? (name as string))),
  );
  const kill = () => void child.kill('SIGKILL');
  const timer = setTimeout(kill, startLimit);
  signal?.addEventListener('abort', kill, { once: true });
  let said = '';
  const listens = new Promise<true>((resolve) =>
    child.stderr?.on('data', (chunk) => {
      said += chunk;
      if (said.includes('listening on')) resolve(true);
    }),
  );
  const end = await Promise.race([listens, ended]);
  clearTimeout(timer);
  signal?.removeEventListener('abort', kill);
  if (end !== true) return said.trim() || `it ended (${end})`;

  async function stop(): Promise<void> {
    child.kill('SIGTERM');
    const killer = setTimeout(kill, stopLimit);
    await ended;
    clearTimeout(killer);
  }
  return { endpoint: `http://127.0.0.1:${port}`, pid: child.pid as number, process: child, ended, stop };
}

function executable(): string {
  const name = `@dynoxide/${process.platform}-${process.arch}`;
  try {
    return createRequire(import.meta.url).resolve(`${name}/dynoxide`);
  } catch {
    throw new Error(
      `there is no DynamoDB emulator for ${process.platform} on ${process.arch} in node_modules (${name}).\n` +
        'Start another emulator, and name it by a variable:\n' +
        '  docker run -d -p 8000:8000 amazon/dynamodb-local\n' +
        '  export AWS_ENDPOINT_URL_DYNAMODB=http://localhost:8000',
    );
  }
}
