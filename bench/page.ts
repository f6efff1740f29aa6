import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import autocannon from 'autocannon';
import { startDynamoDB } from '../local/aws/dynamodb.ts';

const connections = 512;
const seconds = 5;
const rounds = 3;

/**
 * Measures `GET /page` at 512 connections beside its two limits: a Fastify handler that only sends a constant, and the page
 * when each request sends its own read. Each server is a process of its own. Rounds alternate, so that a machine that gets
 * slower does so for all.
 */
export async function run(): Promise<void> {
  const emulator = await startDynamoDB();
  const variants = ['bare', 'page', 'read per request'] as const;
  const servers = await Promise.all(variants.map((variant) => startServer(variant, emulator.endpoint)));
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
  }
  const [bare, page, each] = variants.map((variant) => median(rates[variant] as number[])) as [
    number,
    number,
    number,
  ];
  console.log(`  bare Fastify handler    ${format(bare)} requests/s`);
  console.log(
    `  GET /page               ${format(page)} requests/s   ${(page / bare).toFixed(2)} of bare (goal 0.70)`,
  );
  console.log(
    `  one read per request    ${format(each)} requests/s   page is ${(page / each).toFixed(1)} times that`,
  );
}

async function startServer(
  variant: string,
  endpoint: string,
): Promise<{ url: string; process: ChildProcess }> {
  const server = fork(fileURLToPath(new URL('page-server.ts', import.meta.url)), [variant, endpoint]);
  const [port] = (await once(server, 'message')) as [number];
  return { url: `http://127.0.0.1:${port}/page`, process: server };
}

/** The first second warms the server up and is not counted. */
async function load(url: string) {
  await autocannon({ url, connections, duration: 1 });
  return autocannon({ url, connections, duration: seconds });
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] as number;
}

function format(rate: number): string {
  return Math.round(rate).toLocaleString('en').padStart(7);
}
