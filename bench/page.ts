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
 * process of its own. Rounds alternate, so that a machine that gets slower does so for all.
 */
export async function run(): Promise<void> {
  const emulator = await startDynamoDB();
  const variants = ['bare', 'logged', 'page', 'read per request'] as const;
  const directory = mkdtempSync(join(tmpdir(), 'trellis-bench-'));
  const servers = await Promise.all(
    variants.map((variant) => startServer([variant, emulator.endpoint, join(directory, `${variant}.log`)])),
  );
  const rates: Record<string, number[]> = {};
  try {
    for (let round = 0; round < rounds; round++) {
      for (const [i, variant] of variants.entries()) {
        const result = await load(servers[i]?.url as string);
        if (result.errors + result.non2xx > 0)
          throw new Error(`${variant}: ${result.errors + result.non2xx} failed requests`);
        rates[variant] = [...(rates[variant] ?? []), result.requests.average];
      }
    }
  } finally {
    for (const server of servers) server.process.kill();
    await emulator.stop();
    rmSync(directory, { recursive: true });
  }
  for (const variant of variants)
    console.log(`  ${variant.padEnd(18)}${format(median(rates[variant] as number[]))} requests/s`);
  const ratio = (other: string) =>
    median((rates.page as number[]).map((rate, i) => rate / (rates[other]?.[i] as number)));
  goal('page / Fastify with a line of log', ratio('logged'), 'at least', 1.3);
  goal('page / bare Fastify', ratio('bare'), 'at least', 0.8);
  goal('page / one read per request', ratio('read per request'), 'at least', 2);
}

async function startServer(parameters: readonly string[]): Promise<{ url: string; process: ChildProcess }> {
  const server = fork(fileURLToPath(new URL('page-server.ts', import.meta.url)), parameters);
  const [port] = (await once(server, 'message')) as [number];
  return { url: `http://127.0.0.1:${port}/page`, process: server };
}

/** The first second warms the server up and is not counted. */
async function load(url: string) {
  await autocannon({ url, connections, duration: 1 });
  return autocannon({ url, connections, duration: seconds });
}

function format(rate: number): string {
  return Math.round(rate).toLocaleString('en').padStart(7);
}
