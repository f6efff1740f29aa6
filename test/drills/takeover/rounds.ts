import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { DeleteObjectCommand, HeadObjectCommand } from '@aws-sdk/client-s3';
import { environment } from '../../../contract/environment.ts';
import type { IngestKind } from '../../../contract/ingest.ts';
import type { IngestFile } from '../../../jobs/ingest/job.ts';
import { physicalName } from '../../../local/aws/tables.ts';
import { portsCsv, regionsCsv } from '../../../local/commands/sample/locations.ts';
import { pricesCsv } from '../../../local/commands/sample/prices.ts';
import { allRows, bruteForce } from '../../support/brute-force.ts';
import { createWorld, type World } from '../../support/ingest-jobs.ts';
import { chinaInAfrica, sampleLanes } from '../../support/sample-lanes.ts';
import { type Service, startService } from '../../support/service.ts';
import type { EarlierRelease } from '../corrections/earlier-release.ts';
import { call, compareAnswers, writeData } from './data.ts';
import { exerciseLimits, exerciseRegister } from './load.ts';

const [from, to] = ['2021-01-01', '2021-02-28'];

/** Files that count now. */
interface Content {
  readonly regions: string;
  readonly ports: string;
  readonly prices: readonly string[];
}

const prices = (rows: number, day: string) =>
  [...pricesCsv({ rows, seed: 1, lanes: 12, from: day })].join('');

export async function takeOver(release: EarlierRelease, rounds: number): Promise<void> {
  const workflows = await startNothing();
  const world = await createWorld();
  try {
    await serveBoth(release, rounds, world, workflows.endpoint);
  } finally {
    await world.close();
    await workflows.stop();
  }
}

async function serveBoth(
  release: EarlierRelease,
  rounds: number,
  world: World,
  workflows: string,
): Promise<void> {
  const variables = {
    AWS_ENDPOINT_URL_S3: world.bucketEndpoint,
    AWS_ENDPOINT_URL_SFN: workflows,
    [environment.ingestBucket]: world.bucket,
  };
  const start = (program?: string) => startService(world.tables, variables, program);
  const old = await start(release.service);
  await writeData(old);
  const [one, two] = [prices(1500, from), prices(800, '2021-02-01')];
  let content: Content = { regions: regionsCsv(), ports: portsCsv(1), prices: [one, two] };
  const by = (service: Service, job?: string) => (kind: IngestKind, body: string, state?: string) =>
    ingest(world, service, kind, body, job, state);
  const byOld = by(old, release.job);
  await byOld('regions', content.regions);
  await byOld('ports', content.ports);
  const first = await byOld('prices', one);
  const second = await byOld('prices', two);
  await byOld('prices', one.replace('CNGGZ', 'XXXXX'), 'rejected');
  await byOld('prices', one);
  // Files before this release have no rollup objects, and their uploads may be gone: their prices are in the table alone.
  await world.s3.send(new DeleteObjectCommand({ Bucket: world.bucket, Key: second.key }));
  // Vitals are written when a service ends.
  old.process.kill('SIGTERM');
  await old.ended;

  const services = await Promise.all([release.service, undefined, release.service, undefined].map(start));
  const [earlier, current] = services as [Service, Service];
  const answers = await compareAnswers(earlier, current);
  const totals = { answers, limits: 0, page: 0, rates: 0 };
  assert.deepEqual(await ratesOf(current), expected(content), 'the rates of the earlier release');

  const byEarlier = by(earlier, release.job);
  const byCurrent = by(current);
  const third = prices(600, '2021-01-03');
  const fourth = prices(600, '2021-01-15');
  const otherPorts = content.ports.replace(/^(CNGGZ,[^,]*),.*$/m, '$1,baltic');
  assert.notEqual(otherPorts, content.ports);
  const without = (...gone: readonly string[]) => content.prices.filter((each) => !gone.includes(each));
  const changes: readonly (readonly [what: string, change: () => Promise<unknown>, after: () => Content])[] =
    [
      [
        'new prices',
        () => byCurrent('prices', third),
        () => ({ ...content, prices: [...content.prices, third] }),
      ],
      [
        'regions by an earlier job',
        () => byEarlier('regions', chinaInAfrica),
        () => ({ ...content, regions: chinaInAfrica }),
      ],
      [
        'ports by an earlier job',
        () => byEarlier('ports', otherPorts),
        () => ({ ...content, ports: otherPorts }),
      ],
      [
        'a retraction of earlier prices',
        () => world.retract(first),
        () => ({ ...content, prices: without(one) }),
      ],
      [
        'prices by an earlier job',
        () => byEarlier('prices', fourth),
        () => ({ ...content, prices: [...content.prices, fourth] }),
      ],
      // A job of the earlier release cannot read negated prices: it refuses its list, and changes nothing.
      [
        'regions by an earlier job after a retraction',
        () => byEarlier('regions', regionsCsv(), 'rejected'),
        () => content,
      ],
      [
        'new regions',
        () => byCurrent('regions', regionsCsv()),
        () => ({ ...content, regions: regionsCsv() }),
      ],
      [
        'a replacement of earlier prices',
        async () => {
          const file = await world.upload('prices', one, { replaces: second.id });
          assert.equal((await world.run(file)).state, 'committed');
        },
        () => ({ ...content, prices: [...without(two), one] }),
      ],
      ['new ports', () => byCurrent('ports', portsCsv(1)), () => ({ ...content, ports: portsCsv(1) })],
      ['a sweep', () => world.sweep(3_600_000), () => content],
    ];
  for (const [what, change, afterwards] of changes) {
    const after = afterwards();
    const [before, then] = [expected(content), expected(after)];
    let isDone = false;
    const reading = services.map(async (service) => {
      while (!isDone) {
        for (const [lane, answer] of Object.entries(await ratesOf(service))) {
          assert.ok([before[lane], then[lane]].includes(answer), `${what}: ${lane} was ${answer}`);
          totals.rates++;
        }
      }
    });
    const loading = async () => {
      for (let round = 0; round < rounds; round++) {
        totals.limits += await exerciseLimits(services);
        totals.page += await exerciseRegister(services);
      }
    };
    const working = Promise.all([change(), loading()]).finally(() => {
      isDone = true;
    });
    await Promise.all([working, ...reading]);
    for (const service of services) assert.deepEqual(await ratesOf(service), then, `after ${what}`);
    content = after;
    console.log(what, totals);
  }
  await Promise.all(services.map((service) => service.stop()));
  console.log(
    `${totals.answers} kinds of answers are those of the earlier release; over two services of each, ${totals.limits} ` +
      `requests of the limiter, ${totals.page} of the page and ${totals.rates} of rates were right beside ${changes.length} changes`,
  );
}

/** Takes the place of Step Functions, which accepts every start; this drill runs the jobs itself. */
async function startNothing() {
  const answer = JSON.stringify({
    executionArn: 'arn:aws:states:us-east-1:0:execution:none:none',
    startDate: 0,
  });
  const server = createServer((request, response) => {
    request.resume();
    response.setHeader('content-type', 'application/x-amz-json-1.0').end(answer);
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    endpoint,
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** An upload by the service's own route, and its job. @param program that of another release */
async function ingest(
  world: World,
  service: Service,
  kind: IngestKind,
  body: string,
  program: string | undefined,
  state = 'committed',
): Promise<IngestFile> {
  const upload = { kind, file_name: `${kind}.csv`, size: Buffer.byteLength(body) };
  const { status, json } = await call(service, 'POST', '/api/v1/uploads', upload);
  assert.equal(status, 201, JSON.stringify(json));
  const { ingest_id: id, key, upload_url } = json as { ingest_id: string; key: string; upload_url: string };
  assert.ok((await fetch(upload_url, { method: 'PUT', body })).ok);
  const { ETag = '' } = await world.s3.send(new HeadObjectCommand({ Bucket: world.bucket, Key: key }));
  // The state machine's claim.
  await world.client.send(
    new UpdateItemCommand({
      TableName: physicalName(world.tables.prefix, 'ingests'),
      Key: { id: { S: id } },
      UpdateExpression: 'SET #state = :queued, execution = :test, version = :version REMOVE delete_after',
      ExpressionAttributeNames: { '#state': 'state' },
      ExpressionAttributeValues: {
        ':queued': { S: 'queued' },
        ':test': { S: 'test' },
        ':version': { S: ETag },
      },
    }),
  );
  const file = { id, kind, key, partial: false, version: ETag.replaceAll('"', '') };
  const job = world.spawn(file, {}, program);
  assert.equal(await job.ended, 0, job.output());
  const found = await call(service, 'GET', `/api/v1/ingests/${id}`);
  assert.equal((found.json as { state: string }).state, state, job.output());
  return file;
}

type Rates = readonly {
  readonly day: string;
  readonly price: number | null;
  readonly count: number | null;
}[];

async function ratesOf(service: Service): Promise<Record<string, string>> {
  const answers: Record<string, string> = {};
  for (const [orig, dest] of sampleLanes) {
    const query = new URLSearchParams({ date_from: from, date_to: to, orig_code: orig, dest_code: dest });
    const { status, json } = await call(service, 'GET', `/rates?${query}`);
    assert.equal(status, 200, JSON.stringify(json));
    answers[`${orig} ${dest}`] = textOf((json as { rates: Rates }).rates);
  }
  return answers;
}

function expected({ regions, ports, prices }: Content): Record<string, string> {
  const rows = allRows(regions, ports, prices);
  return Object.fromEntries(
    sampleLanes.map(([orig, dest]) => [`${orig} ${dest}`, textOf(bruteForce(rows, orig, dest, from, to))]),
  );
}

/** The earlier release says 0 of a day whose prices were all retracted, which this one does not count. */
function textOf(rates: Rates): string {
  return rates
    .filter(({ count }) => count)
    .map(({ day, price, count }) => `${day} ${price} ${count}`)
    .join();
}
