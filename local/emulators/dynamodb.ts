import { type ChildProcess, spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../free-port.ts';

export interface DynamoDBEmulator {
  readonly endpoint: string;
  readonly pid: number;
  readonly process: ChildProcess;
  stop(): Promise<void>;
}

/** Milliseconds within which the emulator must answer; it needs about 20. */
const startLimit = 10_000;

/**
 * Starts the DynamoDB emulator on a free port.
 * @param options.file where it keeps its data; without one it forgets everything when it stops
 * @param options.port a port of the caller's choice, to come back under the same address after a stop
 */
export async function startDynamoDB(
  options: { file?: string; port?: number } = {},
): Promise<DynamoDBEmulator> {
  const port = options.port ?? (await freePort());
  const args = ['serve', '--port', String(port), ...(options.file ? ['--db-path', options.file] : [])];
  const child = spawn(executable(), args, { stdio: ['ignore', 'ignore', 'pipe'], detached: true });
  const errors: string[] = [];
  child.stderr.on('data', (chunk) => errors.push(String(chunk)));
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const endpoint = `http://127.0.0.1:${port}`;

  const deadline = Date.now() + startLimit;
  while (!(await answers(endpoint))) {
    if (child.exitCode !== null || Date.now() > deadline) {
      child.kill('SIGKILL');
      throw new Error(
        `the DynamoDB emulator did not start: ${errors.join('').trim() || `exit code ${child.exitCode}`}`,
      );
    }
    await sleep(10);
  }

  async function stop(): Promise<void> {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
    const killer = setTimeout(() => child.kill('SIGKILL'), 3000);
    await ended;
    clearTimeout(killer);
  }
  return { endpoint, pid: child.pid as number, process: child, stop };
}

async function answers(endpoint: string): Promise<boolean> {
  try {
    await fetch(endpoint, { signal: AbortSignal.timeout(1000) });
    return true;
  } catch {
    return false;
  }
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
