import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import autocannon from 'autocannon';
import { maxUploadSize, partsOf } from '../app/uploads/parts.ts';
import { startDynamoDB } from '../local/aws/dynamodb.ts';
import { startS3 } from '../local/aws/s3.ts';

const rounds = 3;
const seconds = 5;
/** Milliseconds between two uploads of the largest file that are created. */
const interval = 500;
/** Readers of the page, and their requests a second in all. */
const connections = 20;
const overallRate = 200;

interface Figure {
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
}

/**
 * Measures `GET /page` while the service signs the URLs of two largest uploads a second, beside the page when the service
 * does nothing else. Rounds alternate, so that a machine that gets slower does so for both.
 */
export async function run(): Promise<void> {
  const database = await startDynamoDB();
  const s3 = await startS3();
  // benchSettings calls the bucket so.
  s3.createBucket('none');
  const service = fork(
    fileURLToPath(new URL('page-server.ts', import.meta.url)),
    ['page', database.endpoint],
    {
      env: {
        ...process.env,
        AWS_ENDPOINT_URL_S3: s3.endpoint,
        AWS_REGION: 'us-east-1',
        AWS_ACCESS_KEY_ID: 'local',
        AWS_SECRET_ACCESS_KEY: 'local',
      },
    },
  );
  try {
    const url = await listening(service);
    await load(url, 1);
    const alone: Figure[] = [];
    const beside: Figure[] = [];
    const created: number[] = [];
    for (let round = 0; round < rounds; round++) {
      alone.push(await load(url, seconds));
      const stop = createUploads(url, created);
      beside.push(await load(url, seconds));
      await stop();
    }
    const [a, b] = [median(alone), median(beside)];
    const parts = partsOf(maxUploadSize).length;
    console.log(`  GET /page                          ${format(a)}`);
    console.log(
      `  while ${parts} parts are signed     ${format(b)}   ${(b.p99 - a.p99).toFixed(0)} ms apart (goal: 20 at most)`,
    );
    created.sort((x, y) => x - y);
    const middle = created[Math.floor(created.length / 2)] as number;
    console.log(
      `  an answer with ${parts} URLs           ${middle.toFixed(0)} ms, ${created.length} answers`,
    );
  } finally {
    service.kill();
    await s3.stop();
    await database.stop();
  }
}

async function listening(service: ChildProcess): Promise<string> {
  const [port] = (await once(service, 'message')) as [number];
  return `http://127.0.0.1:${port}`;
}

async function load(url: string, duration: number): Promise<Figure> {
  const { errors, non2xx, latency } = await autocannon({
    url: `${url}/page`,
    connections,
    overallRate,
    duration,
  });
  if (errors + non2xx > 0) throw new Error(`${errors + non2xx} failed requests`);
  return { p50: latency.p50, p99: latency.p99 };
}

/** Creates uploads until it is stopped. @param took gets the milliseconds of each answer */
function createUploads(url: string, took: number[]): () => Promise<unknown> {
  const underWay: Promise<void>[] = [];
  const timer = setInterval(() => underWay.push(createUpload(url, took)), interval);
  return () => {
    clearInterval(timer);
    return Promise.all(underWay);
  };
}

async function createUpload(url: string, took: number[]): Promise<void> {
  const start = performance.now();
  const answer = await fetch(`${url}/api/v1/uploads`, {
    method: 'POST',
    headers: { authorization: 'Bearer bench', 'content-type': 'application/json' },
    body: JSON.stringify({ kind: 'prices', file_name: 'large.csv', size: maxUploadSize }),
  });
  const body = await answer.text();
  if (answer.status !== 201) throw new Error(`${answer.status} ${body}`);
  took.push(performance.now() - start);
}

function median(figures: readonly Figure[]): Figure {
  return [...figures].sort((a, b) => a.p99 - b.p99)[Math.floor(figures.length / 2)] as Figure;
}

function format({ p50, p99 }: Figure): string {
  return `p50 ${p50.toFixed(0).padStart(4)} ms, p99 ${p99.toFixed(0).padStart(4)} ms`;
}
