import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { failureQueue } from '../../local/ingest/pipeline.ts';

export type Victim = 'job' | 'runner' | 'service';

/** Milliseconds to wait for a job to kill: between two files there may be none. */
const patience = 1000;

const program = fileURLToPath(new URL('platform.ts', import.meta.url));
const root = fileURLToPath(new URL('../..', import.meta.url));

/** A laptop's whole system, whose processes can be killed; it is started again, as a person would. */
export class System {
  readonly directory = mkdtempSync(join(tmpdir(), 'trellis-drill-'));
  readonly fixed = join(this.directory, 'fixed');
  readonly #options: object;
  /** A free one at first, then the same again. */
  #port = 0;
  #apiKey = '';
  #process: ChildProcess | undefined;

  constructor(options: { seed: number; maxDeliveries: number }) {
    this.#options = { ...options, fixed: this.fixed };
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  async start(): Promise<void> {
    const child = spawn(
      process.execPath,
      [program, this.directory, String(this.#port), JSON.stringify(this.#options)],
      { cwd: root, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] },
    );
    this.#process = child;
    const ended = once(child, 'exit').then(([code, signal]) => {
      throw new Error(`the platform ended (${code ?? signal}) before it was up`);
    });
    const [up] = await Promise.race([once(child, 'message'), ended]);
    ({ apiKey: this.#apiKey, port: this.#port } = up as { apiKey: string; port: number });
    ended.catch(() => {});
  }

  /** @returns whether there was such a process to kill. */
  async kill(victim: Victim): Promise<boolean> {
    const runner = this.#process as ChildProcess;
    if (victim === 'runner') {
      const ended = once(runner, 'exit');
      runner.kill('SIGKILL');
      await ended;
      await this.start();
      return true;
    }
    const name = victim === 'job' ? 'poisoned-job.ts' : 'app/server.ts';
    const until = Date.now() + patience;
    let [pid] = childrenOf(runner.pid as number, name);
    while (pid === undefined && Date.now() < until) {
      await sleep(20);
      [pid] = childrenOf(runner.pid as number, name);
    }
    if (pid === undefined) return false;
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      return false;
    }
    return true;
  }

  /** Ends everything, as Ctrl-C does. */
  async stop(): Promise<void> {
    const child = this.#process;
    if (child && child.exitCode === null && child.signalCode === null) {
      const ended = once(child, 'exit');
      child.send('stop');
      await ended;
    }
    rmSync(this.directory, { recursive: true, force: true });
  }

  /** A call of the API that is repeated until the system answers it: processes are being killed, after all. */
  async call(method: string, path: string, body?: unknown): Promise<{ status: number; body: unknown }> {
    const headers = {
      authorization: `Bearer ${this.#apiKey}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    };
    for (;;) {
      const answer = await this.#try(this.url + path, {
        method,
        headers,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      if (answer && answer.status < 500) return answer;
      await sleep(50);
    }
  }

  async put(url: string, content: string): Promise<void> {
    // The address under which the system calls itself is the same; localhost may mean IPv6 first.
    const at = url.replace('//localhost:', '//127.0.0.1:');
    while ((await this.#try(at, { method: 'PUT', body: content }))?.status !== 200) await sleep(50);
  }

  /** The messages of the failure queue. */
  async failures(): Promise<{ ingest_id: string }[]> {
    const { body } = await this.call('GET', `/_s3/_fauxqs/queues/${failureQueue}`);
    const { messages } = body as {
      messages: { ready: { body: string }[]; inflight: { message: { body: string } }[] };
    };
    const all = [...messages.ready, ...messages.inflight.map(({ message }) => message)];
    return all.map((message) => JSON.parse(message.body));
  }

  async #try(url: string, request: RequestInit): Promise<{ status: number; body: unknown } | undefined> {
    try {
      const answer = await fetch(url, { ...request, signal: AbortSignal.timeout(10_000) });
      const text = await answer.text();
      return { status: answer.status, body: text.startsWith('{') ? JSON.parse(text) : text };
    } catch {
      return undefined;
    }
  }
}

/** From /proc, since `ps` is not everywhere. */
function childrenOf(parent: number, name: string): number[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number)
    .filter((pid) => {
      try {
        // After the program's name in parentheses: state, then the parent's id.
        const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
        const isChild = Number(stat.slice(stat.lastIndexOf(')')).split(' ')[2]) === parent;
        return isChild && readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').includes(name);
      } catch {
        // It has ended meanwhile.
        return false;
      }
    });
}
