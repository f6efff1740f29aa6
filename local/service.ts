import type { ChildProcess } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { bareEnvironment } from './bare-environment.ts';
import { spawnEndingWithParent } from './end-with-parent.ts';
import { watchSources } from './watch-sources.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

export interface ServiceOptions {
  readonly environment: Readonly<Record<string, string>>;
  readonly logFile: string;
  /** Restart on a change in app/, contract/ or data/. */
  readonly watch: boolean;
  /** Shows warnings, errors and crashes in the terminal; the log file has them too. */
  readonly show: (line: string) => void;
}

export interface Service {
  /** The address at which it listens, another one after each start. */
  readonly url: string | undefined;
  ready(): Promise<void>;
  /** Rejects when the service has crashed too often, with the last lines of its output. */
  readonly givenUp: Promise<never>;
  stop(): Promise<void>;
}

/** Milliseconds before a service that crashed is started again. */
const restartPause = 500;
/** Milliseconds: a crash after a longer run counts as the first one. */
const settled = 10_000;
/** Crashes in a row after which it is not started again: the cause will not go away by itself. */
const maxCrashes = 4;
/** Lines of its output that are shown as the reason; a list of wrong settings is long. */
const reasonLines = 20;
/** Milliseconds from SIGTERM to SIGKILL. */
const stopLimit = 5000;
/** pino's number for `warn`. */
const warning = 40;

/** Runs app/server.ts as a process of its own, and restarts it when it crashes. */
export function startService(options: ServiceOptions): Service {
  const log = createWriteStream(options.logFile, { flags: 'a', mode: 0o600 });
  let child: ChildProcess;
  let ended: Promise<void>;
  let url: string | undefined;
  let stopping = false;
  let isAlive = false;
  let restarting = false;
  let crashes = 0;
  let giveUp: (reason: Error) => void;
  const givenUp = new Promise<never>((_, reject) => {
    giveUp = reject;
  });
  givenUp.catch(() => {});

  function run(): void {
    isAlive = true;
    restarting = false;
    const startedAt = Date.now();
    const lines: string[] = [];
    child = spawnEndingWithParent(process.execPath, ['app/server.ts'], {
      cwd: root,
      env: { ...bareEnvironment(), ...options.environment },
      stdio: ['pipe', 'pipe', 'ipc'],
    });
    child.on('message', (message: { address?: string }) => {
      url = message.address ?? url;
    });
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream as Readable }).on('line', (line) => {
        log.write(`${line}\n`);
        const shown = worthShowing(line);
        if (!shown) return;
        options.show(shown);
        lines.push(...shown.split('\n').filter((part) => !/^\s*at /.test(part)));
      });
    }
    ended = new Promise((resolve) =>
      child.once('close', (code, signal) => {
        isAlive = false;
        url = undefined;
        resolve();
        if (!stopping) again(code, signal, startedAt, lines.slice(-reasonLines));
      }),
    );
  }

  function again(
    code: number | null,
    signal: NodeJS.Signals | null,
    startedAt: number,
    lines: readonly string[],
  ): void {
    if (restarting) {
      run();
      return;
    }
    const how = signal ?? `exit code ${code}`;
    if (options.watch) {
      options.show(`the service ended (${how}); it is started again when a source file changes`);
      return;
    }
    // A service that another process ended has not crashed.
    const isCrash = signal !== 'SIGKILL' && signal !== 'SIGTERM';
    if (isCrash) crashes = Date.now() - startedAt > settled ? 1 : crashes + 1;
    if (crashes === maxCrashes) {
      const reason = [
        `the service ended ${crashes} times in a row (${how}) and is not started again. Its last lines:`,
      ];
      giveUp(new Error([...reason, ...lines, `All of its log: ${options.logFile}`].join('\n  ')));
      return;
    }
    options.show(`the service ended (${how}) and is started again; its log is ${options.logFile}`);
    setTimeout(() => stopping || run(), restartPause);
  }

  async function ready(): Promise<void> {
    while (!stopping) {
      const answer = url ? await fetch(`${url}/readyz`).catch(() => undefined) : undefined;
      if (answer?.ok) return;
      await sleep(15);
    }
  }

  function restart(): void {
    if (restarting) return;
    options.show('a source file has changed; the service is restarted');
    restarting = isAlive;
    if (isAlive) void end();
    else run();
  }

  async function end(): Promise<void> {
    child.kill('SIGTERM');
    const killer = setTimeout(() => child.kill('SIGKILL'), stopLimit);
    await ended;
    clearTimeout(killer);
  }

  async function stop(): Promise<void> {
    stopping = true;
    stopWatching();
    await end();
    // Who reads the log after the stop finds its last lines there.
    await new Promise<void>((done) => log.end(() => done()));
  }

  run();
  const sources = ['app', 'contract', 'data'].map((directory) => join(root, directory));
  const stopWatching = options.watch ? watchSources(sources, restart) : () => {};
  return {
    get url() {
      return url;
    },
    ready,
    givenUp,
    stop,
  };
}

/** Warnings and errors of the structured log, and whatever is no structured log: a stack trace, Node's own messages. */
function worthShowing(line: string): string | undefined {
  try {
    const entry = JSON.parse(line) as { level?: number; msg?: string; err?: { stack?: string } };
    if ((entry.level ?? 0) < warning) return undefined;
    return entry.err?.stack ?? entry.msg;
  } catch {
    return line.trim() === '' ? undefined : line;
  }
}
