import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import autocannon from 'autocannon';
import { startDynamoDB } from '../local/aws/dynamodb.ts';
import { goal, median } from './goals.ts';

const connections = 512;
const seconds = 3;
const rounds = 7;

/**
 * Measures `GET /page` at 512 connections beside a Fastify handler that only sends a constant, the same with Fastify's line
 * of log for each request, and the page when each request sends its own read. The logs go to files. Each server is a
 * process of its own. Rounds alternate, so that a machine that gets slower does so for all. The load takes the second core,
 * so rates also tell how well both overlap; CPU a request does not.
 */
export async function run(): Promise<void> {
  const emulator = await startDynamoDB();
  const variants = ['bare', 'logged', 'page', 'read per request'] as const;
  const directory = mkdtempSync(join(tmpdir(), 'trellis-bench-'));
  const servers = await Promise.all(
    variants.map((variant) => startServer([variant, emulator.endpoint, join(directory, `${variant}.log`)])),
  );
  const rates: Record<string, number[]> = {};
  /** Microseconds of the server's CPU per request. */
  const costs: Record<string, number[]> = {};
  try {
    for (let round = 0; round < rounds; round++) {
      for (const [i, variant] of variants.entries()) {
        const { result, cpu } = await load(servers[i] as Server);
        if (result.errors + result.non2xx > 0)
          throw new Error(`${variant}: ${result.errors + result.non2xx} failed requests`);
        rates[variant] = [...(rates[variant] ?? []), result.requests.average];
        costs[variant] = [...(costs[variant] ?? []), cpu / result.requests.total];
      }
    }
  } finally {
    for (const server of servers) server.process.kill();
    await emulator.stop();
    rmSync(directory, { recursive: true });
  }
  for (const variant of variants)
    console.log(
      `  ${variant.padEnd(18)}${format(median(rates[variant] as number[]))} requests/s   ${median(costs[variant] as number[]).toFixed(1)} µs CPU a request`,
    );
  const ratioOf = (figures: Record<string, number[]>, other: string) =>
    median((figures.page as number[]).map((figure, i) => figure / (figures[other]?.[i] as number)));
  const ratio = (other: string) => ratioOf(rates, other);
  console.log(
    `  CPU of the page / of Fastify with a line of log: ${ratioOf(costs, 'logged').toFixed(2)}, / of bare Fastify: ${ratioOf(costs, 'bare').toFixed(2)}`,
  );
  goal('page / Fastify with a line of log', ratio('logged'), 'at least', 1.3);
  goal('page / bare Fastify', ratio('bare'), 'at least', 0.8);
  goal('page / one read per request', ratio('read per request'), 'at least', 2);
}

interface Server {
  readonly url: string;
  readonly process: ChildProcess;
}

async function startServer(parameters: readonly string[]): Promise<Server> {
  const server = fork(fileURLToPath(new URL('page-server.ts', import.meta.url)), parameters);
  const [port] = (await once(server, 'message')) as [number];
  return { url: `http://127.0.0.1:${port}/page`, process: server };
}

/** The first second warms the server up and is not counted. */
async function load({ url, process: server }: Server) {
  await autocannon({ url, connections, duration: 1 });
  const before = await cpuOf(server);
  const result = await autocannon({ url, connections, duration: seconds });
  return { result, cpu: (await cpuOf(server)) - before };
}

async function cpuOf(server: ChildProcess): Promise<number> {
  server.send('cpu');
  const [{ user, system }] = (await once(server, 'message')) as [NodeJS.CpuUsage];
  return user + system;
}

function format(rate: number): string {
  return Math.round(rate).toLocaleString('en').padStart(7);
}
