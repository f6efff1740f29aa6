import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

export interface ServiceOptions {
  readonly environment: Readonly<Record<string, string>>;
  readonly port: number;
  readonly logFile: string;
  /** Restart on a change in app/ or contract/. */
  readonly watch: boolean;
  /** Told of each process that is started. */
  readonly started: (pid: number) => void;
  /** Where warnings, errors and crashes are shown as well. */
  readonly show: (line: string) => void;
}

export interface Service {
  ready(): Promise<void>;
  stop(): Promise<void>;
}

/** Milliseconds before a service that crashed is started again. */
const restartPause = 500;
/** pino's number for `warn`. */
const warning = 40;

/** Runs app/server.ts as a process of its own, and again whenever it crashes. */
export function startService(options: ServiceOptions): Service {
  const log = createWriteStream(options.logFile, { flags: 'a', mode: 0o600 });
  let child: ChildProcess;
  let stopping = false;
  let ended: Promise<void>;

  function run(): void {
    const watch = options.watch
      ? ['--watch-path=app', '--watch-path=contract', '--watch-preserve-output']
      : [];
    const started = spawn(process.execPath, [...watch, 'app/server.ts'], {
      cwd: root,
      env: { PATH: process.env.PATH, ...options.environment },
      stdio: ['ignore', 'pipe', 'pipe'],
      // Out of the terminal's process group: Ctrl-C reaches the platform alone, which stops things in order.
      detached: true,
    });
    child = started;
    if (started.pid) options.started(started.pid);
    for (const stream of [started.stdout, started.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        log.write(`${line}\n`);
        const shown = worthShowing(line);
        if (shown) options.show(shown);
      });
    }
    ended = new Promise((resolve) => started.once('exit', () => resolve()));
    started.once('exit', (code, signal) => {
      if (stopping) return;
      options.show(
        `the service ended (${signal ?? `exit code ${code}`}); starting it again; its log is ${options.logFile}`,
      );
      setTimeout(() => stopping || run(), restartPause);
    });
  }

  async function ready(): Promise<void> {
    for (;;) {
      const answer = await fetch(`http://127.0.0.1:${options.port}/readyz`).catch(() => undefined);
      if (answer?.ok) return;
      if (stopping) throw new Error('stopped before the service was ready');
      await sleep(15);
    }
  }

  async function stop(): Promise<void> {
    stopping = true;
    child.kill('SIGTERM');
    const killer = setTimeout(() => child.kill('SIGKILL'), 5000);
    await ended;
    clearTimeout(killer);
    log.end();
  }

  run();
  return { ready, stop };
}

/** Warnings and errors of the structured log, and whatever is no structured log: a stack trace, Node's own words. */
function worthShowing(line: string): string | undefined {
  try {
    const entry = JSON.parse(line) as { level?: number; msg?: string; err?: { stack?: string } };
    if ((entry.level ?? 0) < warning) return undefined;
    return entry.err?.stack ?? entry.msg;
  } catch {
    return line.trim() === '' ? undefined : line;
  }
}
