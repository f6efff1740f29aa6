import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { runCommand, wholeNumber } from '../../scripts/command.ts';
import { freePort } from '../support/free-port.ts';
import { makeRepository } from '../support/repository.ts';

/** The cap is one vCPU for every two of the machine's, and a job takes half of one. */
const capInJobs = (vcpus: number) => vcpus * 2;

/** A runner that dies keeps what its jobs have finished; were it always dying, they would never finish any. */
const maxRunnerKills = 8;

const root = fileURLToPath(new URL('../..', import.meta.url));
const apiKey = 'drill';
const kills = { job: 0, service: 0, runner: 0 };
let announced = '';
let peak = 0;
/** What `drill` sets before all else. */
let seed: number;
let count: number;
let random: () => number;
let state: string;
let port: number;
let url: string;
let runner: ChildProcess;
let repositories: ReturnType<typeof makeRepository>[];

interface Scan {
  readonly id: string;
  readonly status: string;
  readonly reason?: string;
  readonly repository_url: string;
}
const isEnd = ({ status }: Scan) => ['completed', 'partial', 'failed'].includes(status);

await runCommand({
  name: 'npm run drill:scans',
  help: `-- [options]   many scans at once, while jobs, the service and the runner are killed at random; then a
repository of 1 GB and one of a million files

  --seed <n>    to repeat a run (default: 1)
  --scans <n>   (default: 50)
  --help

Exit codes: 0 every scan came to one end, 1 one was lost or came twice, 2 called wrongly.`,
  options: { seed: { type: 'string', default: '1' }, scans: { type: 'string', default: '50' } },
  run: async (values) => {
    seed = wholeNumber('--seed', values.seed, 0);
    count = wholeNumber('--scans', values.scans, 1);
    await drill();
  },
});

async function drill(): Promise<void> {
  random = createRandom(seed);
  state = mkdtempSync(join(tmpdir(), 'trellis-drill-'));
  port = await freePort();
  url = `http://localhost:${port}`;
  repositories = Array.from({ length: 5 }, (_, i) => makeRepository({ 'a.ts': `export const a = ${i};\n` }));
  runner = startRunner();
  try {
    await ready();
    const ids = await withKills(requestAll());
    assert.equal(new Set(ids).size, count, 'a request became two scans, or two became one');
    await withKills(allEnded());
    await ready();
    const scans = await list();
    assert.deepEqual(scans.map(({ id }) => id).sort(), [...ids].sort(), 'scans were lost or came twice');
    for (const scan of scans)
      assert.ok(scan.status === 'completed' || scan.reason, `${scan.id} is ${scan.status} without a reason`);
    for (const { id } of scans) assert.ok((await get(`/api/v1/scans/${id}?limit=1`)).findings, id);
    const statuses = Object.groupBy(scans, ({ status }) => status);
    console.log({
      scans: scans.length,
      ...Object.fromEntries(Object.entries(statuses).map(([status, all]) => [status, all?.length])),
      kills,
      most_jobs_at_once: peak,
      announcements: announced.split('\n').filter((line) => line.startsWith('Scan ')).length,
    });
    const cap = capInJobs(Math.max(1, Math.min(Math.floor(availableParallelism() / 2), 4)));
    assert.ok(peak <= cap, `${peak} jobs ran at once, more than ${cap}`);
    await refusals();
  } finally {
    // All that it has started ends with it.
    runner.kill('SIGKILL');
    for (const repository of repositories) repository.remove();
    rmSync(state, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Requests that got no answer are repeated under their key, as a careful caller does. */
async function requestAll(): Promise<string[]> {
  return Promise.all(
    Array.from({ length: count }, async (_, i) => {
      const body = JSON.stringify({ repository_url: repositories[i % repositories.length]?.url });
      for (;;) {
        const headers = { 'idempotency-key': `drill-${seed}-${i}`, 'content-type': 'application/json' };
        const answer = await call('/api/v1/scans', { method: 'POST', body, headers }).catch(() => undefined);
        if (answer?.status === 202) return ((await answer.json()) as Scan).id;
        if (answer) assert.ok(answer.status >= 500, `a request was answered ${answer.status}`);
        await sleep(200);
      }
    }),
  );
}

async function allEnded(): Promise<void> {
  for (;;) {
    const scans = await list().catch(() => []);
    if (scans.length >= count && scans.every(isEnd)) return;
    await sleep(500);
  }
}

/** Kills something every second or so until the work is done. */
async function withKills<T>(work: Promise<T>): Promise<T> {
  let done = false;
  const watched = work.finally(() => {
    done = true;
  });
  let next = Date.now() + 1000;
  while (!done) {
    peak = Math.max(peak, jobs().length);
    await sleep(50);
    if (Date.now() < next || done) continue;
    next = Date.now() + 500 + random() * 2000;
    await killSomething();
  }
  return watched;
}

async function killSomething(): Promise<void> {
  const dice = random();
  if (dice < 0.8 || kills.runner >= maxRunnerKills) {
    const victims = jobs();
    const victim = victims[Math.floor(random() * victims.length)];
    if (victim === undefined) return;
    process.kill(victim, 'SIGKILL');
    kills.job++;
  } else if (dice < 0.93) {
    const victim = children(runner.pid as number).find(({ command }) => command.includes('app/server.ts'));
    if (!victim) return;
    process.kill(victim.pid, 'SIGKILL');
    kills.service++;
  } else {
    runner.kill('SIGKILL');
    await once(runner, 'exit');
    kills.runner++;
    runner = startRunner();
  }
}

function startRunner(): ChildProcess {
  const child = spawn(process.execPath, ['local/commands/start.ts', '--state', state], {
    cwd: root,
    env: { PATH: process.env.PATH, PORT: String(port), TRELLIS_API_KEY: apiKey },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stdout?.resume();
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    announced += chunk;
  });
  return child;
}

/** A repository of 1 GB, and one of a million files: both must be refused with a reason. */
async function refusals(): Promise<void> {
  const large = makeRepository({ zeros: Buffer.alloc(2 ** 30) });
  const many = makeRepository({ a: '1' });
  const blob = many.git(['rev-parse', 'HEAD:a']);
  const names = Array.from({ length: 1000 }, (_, i) => `n${i}`);
  const leaf = many.git(['mktree'], names.map((name) => `100644 blob ${blob}\t${name}\n`).join(''));
  many.commitTree(many.git(['mktree'], names.map((name) => `040000 tree ${leaf}\t${name}\n`).join('')));
  for (const [repository, reason] of [
    [large, /too large/],
    [many, /more than 100000 files/],
  ] as const) {
    const body = JSON.stringify({ repository_url: repository.url });
    const headers = { 'content-type': 'application/json' };
    // Making repositories held this process up for longer than connections are kept.
    await ready();
    const { id } = (await (await call('/api/v1/scans', { method: 'POST', body, headers })).json()) as Scan;
    let scan: Scan = await get(`/api/v1/scans/${id}`);
    while (!isEnd(scan)) {
      await sleep(300);
      scan = await get(`/api/v1/scans/${id}`);
    }
    repository.remove();
    assert.equal(scan.status, 'failed');
    assert.match(scan.reason ?? '', reason);
    console.log('refused:', scan.reason);
  }
}

async function list(): Promise<Scan[]> {
  const found: Scan[] = [];
  let cursor = '';
  do {
    const page = await get(`/api/v1/scans?limit=100${cursor && `&cursor=${cursor}`}`);
    found.push(...page.items);
    cursor = page.next_cursor ?? '';
  } while (cursor);
  return found;
}

// biome-ignore lint/suspicious/noExplicitAny: the callers say what they expect
async function get(path: string): Promise<any> {
  const answer = await call(path);
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}`);
  return answer.json();
}

function call(path: string, request: RequestInit = {}): Promise<Response> {
  return fetch(`${url}${path}`, {
    ...request,
    headers: { ...request.headers, authorization: `Bearer ${apiKey}` },
    signal: AbortSignal.timeout(10_000),
  });
}

async function ready(): Promise<void> {
  while (!(await fetch(`${url}/readyz`).catch(() => undefined))?.ok) await sleep(100);
}

function jobs(): number[] {
  return children(runner.pid as number)
    .filter(({ command }) => /\bjobs\/[a-z]+\/main\.ts/.test(command))
    .map(({ pid }) => pid);
}

function children(parent: number): { pid: number; command: string }[] {
  return processes().filter((entry) => entry.parent === parent);
}

function processes(): { pid: number; parent: number; command: string }[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ');
        const fields = readFileSync(`/proc/${name}/stat`, 'utf8')
          .replace(/^.*\) /, '')
          .split(' ');
        return [{ pid: Number(name), parent: Number(fields[1]), command }];
      } catch {
        return [];
      }
    });
}

function createRandom(start: number): () => number {
  let value = start * 2_654_435_761;
  return () => {
    value = (Math.imul(value ^ (value >>> 15), 2_246_822_519) + 0x9e3779b9) | 0;
    return ((value ^ (value >>> 13)) >>> 0) / 2 ** 32;
  };
}
