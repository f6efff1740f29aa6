import type { ChildProcess } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { createRequire } from 'node:module';
import { spawnEndingWithParent } from '../end-with-parent.ts';

export interface DynamoDBEmulator {
  readonly endpoint: string;
  readonly pid: number;
  readonly process: ChildProcess;
  /** How it ended: its exit code or the signal. */
  readonly ended: Promise<number | string>;
  stop(): Promise<void>;
}

/** Milliseconds within which the emulator must listen; it needs about 20. */
const startLimit = 10_000;
/** Milliseconds within which it must have ended after SIGTERM. */
const stopLimit = 3000;
/** Below the range from which systems take the ports of outgoing connections. */
const ports = { from: 10_240, below: 32_768 };
const maxTries = 20;

/**
 * Starts the DynamoDB emulator on a free port. Given port 0 it does not say which one it got, so it is given one after
 * the other until it can listen: to look for a free one first would leave another process the time to take it.
 * @param options.file where it keeps its data; without one it forgets everything when it stops
 * @param options.port a port of the caller's choice, to come back under the same address after a stop
 * @param options.signal ends one that has not started yet
 */
export async function startDynamoDB(
  options: { file?: string; port?: number; signal?: AbortSignal } = {},
): Promise<DynamoDBEmulator> {
  const { file, port, signal } = options;
  for (let attempt = 1; ; attempt++) {
    const started = await startOn(port ?? randomInt(ports.from, ports.below), file, signal);
    if (typeof started !== 'string') return started;
    signal?.throwIfAborted();
    const isTaken = started.includes('already in use') && port === undefined;
    if (!isTaken || attempt === maxTries) throw new Error(`the DynamoDB emulator did not start: ${started}`);
  }
}

/** @returns its last words when it did not start. */
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
        'Start another one and say where it is:\n' +
        '  docker run -d -p 8000:8000 amazon/dynamodb-local\n' +
        '  export AWS_ENDPOINT_URL_DYNAMODB=http://localhost:8000',
    );
  }
}
