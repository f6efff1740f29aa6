import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { environment } from '../../../contract/environment.ts';
import { portsCsv, regionsCsv } from '../../../local/commands/sample/locations.ts';
import { createWorld, type World } from '../../support/ingest-jobs.ts';
import { chinaInAfrica } from '../../support/sample-lanes.ts';
import { type Service, startService } from '../../support/service.ts';
import type { EarlierRelease } from '../corrections/earlier-release.ts';
import { answersOf, compareAnswers, lastingAnswersOf, writeData } from './data.ts';
import { ingestBy, storeFiles } from './files.ts';
import { exerciseLimits, exerciseRegister } from './load.ts';
import { type Content, expected, prices, ratesOf } from './rates.ts';
import { record } from './recorded.ts';

/** Has the earlier release store a little of everything, for `recorded.ts`. */
export async function recordRelease(release: EarlierRelease, commit: string): Promise<void> {
  const workflows = await startNothing();
  const world = await createWorld();
  try {
    const service = await startService(world.tables, variablesOf(world, workflows.endpoint), release.service);
    await writeData(service);
    const { files } = await storeFiles(world, service, release.job, [60, 40]);
    await record(world, { release: commit, files, answers: await lastingAnswersOf(service) });
    await service.stop();
  } finally {
    await world.close();
    await workflows.stop();
  }
}

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
  const start = (program?: string) => startService(world.tables, variablesOf(world, workflows), program);
  const old = await start(release.service);
  await writeData(old);
  const stored = await storeFiles(world, old, release.job, [1500, 800]);
  const [, , { file: first }, { file: second }] = stored.files;
  let content = stored.content;
  const [one, two] = content.prices as [string, string];
  // Vitals are written when a service ends.
  old.process.kill('SIGTERM');
  await old.ended;

  const services = await Promise.all([release.service, undefined, release.service, undefined].map(start));
  const [earlier, current] = services as [Service, Service];
  const answers = await answersOf(earlier);
  compareAnswers(answers, await answersOf(current));
  const totals = { answers: answers.length, limits: 0, page: 0, rates: 0 };
  assert.deepEqual(await ratesOf(current), expected(content), 'the rates of the earlier release');

  const byEarlier = ingestBy(world, earlier, release.job);
  const byCurrent = ingestBy(world, current);
  const third = prices(600, '2021-01-03');
  const fourth = prices(600, '2021-01-15');
  const otherPorts = content.ports.replace(/^(CNGGZ,[^,]*),.*$/m, '$1,baltic');
  assert.notEqual(otherPorts, content.ports);
  const morePorts = `${content.ports}ZZZZZ,Zzzzz,baltic\n`;
  const sweeps = async () => {
    for (const later of [1, 2]) await world.sweep(later * 3_600_000);
  };
  const without = (...gone: readonly string[]) => content.prices.filter((each) => !gone.includes(each));
  const changes: readonly (readonly [what: string, change: () => Promise<unknown>, after: () => Content])[] =
    [
      [
        'new prices',
        () => byCurrent('prices', third),
        () => ({ ...content, prices: [...content.prices, third] }),
      ],
      ['more ports', () => byCurrent('ports', morePorts), () => ({ ...content, ports: morePorts })],
      // The job of the earlier release that follows reads uploads by the list of then.
      ['sweeps for lists', sweeps, () => content],
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
      ['sweeps', sweeps, () => content],
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

function variablesOf(world: World, workflows: string): Record<string, string> {
  return {
    AWS_ENDPOINT_URL_S3: world.bucketEndpoint,
    AWS_ENDPOINT_URL_SFN: workflows,
    [environment.ingestBucket]: world.bucket,
  };
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
