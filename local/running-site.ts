import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { environment } from '../contract/environment.ts';
import { launchChromium } from '../scripts/chromium.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

export interface Site {
  readonly url: string;
  readonly apiKey: string;
  readonly browser: Browser;
  /** Calls the API with the key. */
  call(method: string, path: string, body?: unknown): Promise<Response>;
}

export type RunningSite = Site & { readonly end: () => Promise<void> };

/**
 * Starts the whole laptop on a free port, loads the samples, and starts a browser.
 * @param overrides environment variables that are set or replaced
 */
export async function startSite(overrides: Readonly<Record<string, string>> = {}): Promise<RunningSite> {
  const directory = mkdtempSync(join(tmpdir(), 'trellis-site-'));
  const apiKey = randomUUID();
  const variables = { ...process.env, ...overrides, [environment.apiKey]: apiKey, PORT: '0' };
  const child = spawn(process.execPath, ['local/commands/start.ts', '--state', directory], {
    cwd: root,
    env: variables,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  // SIGTERM lets it stop what it started.
  const kill = () => void child.kill('SIGTERM');
  const leave = () => {
    kill();
    awaitEnd(child.pid as number);
    rmSync(directory, { recursive: true, force: true });
  };
  process.once('exit', leave);
  const ended = once(child, 'exit');
  const url = await welcomed(child);
  const seeded = spawnSync(process.execPath, ['local/commands/seed.ts', '--state', directory], {
    cwd: root,
    env: variables,
  });
  if (seeded.status !== 0) throw new Error(`the samples could not be loaded: ${seeded.stderr}`);
  const browser = await launchChromium();
  return {
    url,
    apiKey,
    browser,
    call: (method, path, body) =>
      fetch(url + path, {
        method,
        headers: {
          authorization: `Bearer ${apiKey}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    end: async () => {
      await browser.close();
      kill();
      await ended;
      process.off('exit', leave);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Blocks until a child has ended: at the exit of this process nothing else can wait. Ten seconds at most. */
function awaitEnd(pid: number): void {
  const script = `while grep -qs '^State:.[^Z]' /proc/${pid}/status; do sleep 0.05; done`;
  spawnSync('sh', ['-c', script], { timeout: 10_000 });
}

/** Waits until npm start prints its address. @returns the address. @throws Error when npm start ends before. */
async function welcomed(child: ChildProcess): Promise<string> {
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`npm start ended with exit code ${code}`);
  });
  const up = new Promise<string>((resolve) => {
    let output = '';
    child.stdout?.setEncoding('utf8').on('data', (chunk) => {
      output += chunk;
      const url = /^ {2}site {6}(http:\/\/\S+:\d+)\/$/m.exec(output)?.[1];
      if (url) resolve(url);
    });
  });
  ended.catch(() => {});
  return Promise.race([up, ended]);
}
