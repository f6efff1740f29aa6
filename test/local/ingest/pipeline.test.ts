import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { expect } from 'chai';
import type { Answer } from '../../support/app.ts';
import { type LaptopIngest, startIngest, uniqueContent } from '../../support/laptop-ingest.ts';
import { together } from '../../support/together.ts';
import { until } from '../../support/until.ts';

interface Ingest {
  readonly harness: LaptopIngest;
  ingest(id: string): Promise<Answer>;
  state(id: string): Promise<string>;
  /** What each job process said at its start, in all. */
  starts(): string[];
}

/** Does the work with a harness of its own. */
async function withIngest(work: (ingest: Ingest) => Promise<void>): Promise<void> {
  const harness = await startIngest();
  const ingest = (id: string) => harness.call('GET', `/api/v1/ingests/${id}`, undefined, 200);
  try {
    await work({
      harness,
      ingest,
      state: async (id) => (await ingest(id)).state,
      starts: () => {
        const logs = join(harness.directory, 'jobs');
        const text = readdirSync(logs).map((name) => readFileSync(join(logs, name), 'utf8'));
        return text.join('').trim().split('\n');
      },
    });
  } finally {
    await harness.stop();
  }
}

describe('the ingest of the laptop', () => {
  const waits = together(3);
  const test = (title: string, work: (ingest: Ingest) => Promise<void>) =>
    waits(title, () => withIngest(work));

  test('takes a file from its upload to its commit', async ({ harness, ingest, starts }) => {
    const id = await harness.upload('prices', 'day.csv', uniqueContent());
    await harness.pipeline.idle();
    expect(await ingest(id)).to.deep.include({
      state: 'committed',
      rows_read: 3,
      rows_accepted: 3,
      rows_rejected: 0,
    });
    expect(starts()).to.deep.equal(['starts day.csv']);
  });

  test('forgets a file that never arrives after eight days, and one that does never', async ({
    harness,
    state,
  }) => {
    const file = { kind: 'prices', file_name: 'day.csv', size: 10 };
    const { ingest_id } = await harness.call('POST', '/api/v1/uploads', file, 201);
    const inEightDays = Date.now() / 1000 + 8 * 86_400;
    expect(await harness.deleteAfter(ingest_id)).to.be.closeTo(inEightDays, 60);
    const arrived = await harness.upload('prices', 'day.csv', uniqueContent());
    await harness.pipeline.idle();
    expect(await state(arrived)).to.equal('committed');
    expect(await harness.deleteAfter(arrived)).to.equal(undefined);
  });

  test('hands on whether good rows of a bad file are wanted', async ({ harness, ingest }) => {
    const strict = await harness.upload('prices', 'bad.csv', uniqueContent());
    const partial = await harness.upload('prices', 'bad.csv', uniqueContent(), { partial: true });
    await harness.pipeline.idle();
    expect(await ingest(strict)).to.deep.include({
      state: 'rejected',
      reason: 'line 2 is bad',
      rows_rejected: 1,
    });
    expect(await ingest(partial)).to.deep.include({ state: 'committed', rows_accepted: 2 });
    expect((await ingest(strict)).rejects_url).to.include('rejects/some.ndjson?');
  });

  test('runs one job for an event that comes five times, also after the file is settled', async ({
    harness,
    ingest,
    starts,
  }) => {
    await harness.restart({ deliveries: () => 5 });
    const content = uniqueContent();
    const id = await harness.upload('prices', 'day.csv', content);
    await harness.pipeline.idle();
    await harness.put((await ingest(id)).key, content);
    await harness.pipeline.idle();
    const { items } = await harness.call('GET', '/api/v1/ingests');
    expect(items.map((item: { id: string; state: string }) => [item.id, item.state])).to.deep.equal([
      [id, 'committed'],
    ]);
    expect(starts()).to.deep.equal(['starts day.csv']);
  });

  test('takes files of any S3 client, each version of a key as a file of its own', async ({
    harness,
    starts,
  }) => {
    await harness.put('incoming/ports/ports.csv', 'first');
    await harness.pipeline.idle();
    await harness.put('incoming/ports/ports.csv', 'second');
    await harness.pipeline.idle();
    const { items } = await harness.call('GET', '/api/v1/ingests');
    expect(items).to.have.length(2);
    for (const item of items)
      expect(item).to.deep.include({ kind: 'ports', file_name: 'ports.csv', state: 'committed' });
    // What each of them has replaced is removed by a job of its own.
    const both = ['starts ports.csv', 'sweeps after ports.csv'];
    expect(starts()).to.have.members([...both, ...both]);
  });

  test('rejects what lies under no kind', async ({ harness }) => {
    await harness.put('incoming/prizes/day.csv', 'x');
    await harness.pipeline.idle();
    const { items } = await harness.call('GET', '/api/v1/ingests?state=rejected');
    expect(items).to.have.length(1);
    expect(items[0].reason).to.include('incoming/prices/');
  });

  test('keeps a file that fails in the queue, once, says so, and ingests it on a retry after the fix', async ({
    harness,
    ingest,
    starts,
  }) => {
    await harness.restart({ deliveries: () => 3 });
    const id = await harness.upload('prices', 'poison.csv', uniqueContent());
    const crashed = await harness.upload('prices', 'crash.csv', uniqueContent());
    await harness.pipeline.idle();
    expect(await ingest(id)).to.deep.include({ state: 'failed', reason: 'this file is poison' });
    expect((await ingest(crashed)).reason).to.include('States.TaskFailed');
    expect(starts().filter((line) => line === 'starts poison.csv')).to.have.length(3);
    expect(harness.pipeline.failures().map(({ ingest_id }) => ingest_id)).to.have.members([id, crashed]);
    expect(harness.shown.filter((line) => line.includes(id))).to.have.length(1);

    writeFileSync(harness.fixed, '');
    const answer = await harness.call('POST', `/api/v1/ingests/${id}/retry`, undefined, 202);
    expect(answer).to.deep.include({ state: 'queued', retries: 1 });
    expect(answer).to.not.have.property('reason');
    await harness.pipeline.idle();
    expect(await ingest(id)).to.deep.include({ state: 'committed' });
    expect(harness.pipeline.failures()).to.have.length(2);
  });

  test('retries only what failed or was rejected', async ({ harness }) => {
    const id = await harness.upload('prices', 'day.csv', uniqueContent());
    await harness.pipeline.idle();
    const problem = await harness.call('POST', `/api/v1/ingests/${id}/retry`, undefined, 409);
    expect(problem.detail).to.include('committed');
    await harness.call('POST', '/api/v1/ingests/nobody/retry', undefined, 404);
  });

  test('goes on after a stop with what was running, waiting or not even noticed', async ({
    harness,
    state,
  }) => {
    const hanging = await harness.upload('prices', 'hang.csv', uniqueContent());
    await until(async () => (await state(hanging)) === 'running');
    // Four of these fill the vCPU, so the fifth waits.
    const others = [];
    for (let i = 0; i < 4; i++) others.push(await harness.upload('prices', `hang-${i}.csv`, uniqueContent()));
    writeFileSync(harness.fixed, '');
    await harness.restart();
    await harness.pipeline.idle();
    for (const id of [hanging, ...others]) expect(await state(id)).to.equal('committed');
    expect(harness.pipeline.failures()).to.deep.equal([]);
  });

  test('announces every end, and again those that a killed runner may not have announced', async ({
    harness,
  }) => {
    const committed = await harness.upload('prices', 'day.csv', uniqueContent());
    const rejected = await harness.upload('prices', 'bad.csv', uniqueContent());
    await harness.pipeline.idle();
    const shownOf = (id: string) => harness.shown.filter((line) => line.includes(id));
    await harness.restart();
    expect(shownOf(committed)).to.deep.equal([`incoming/prices/${committed}/day.csv: 3 rows are committed`]);
    expect(shownOf(rejected)).to.have.length(1);
    await harness.remove(rejected, 'announced');
    await harness.restart();
    const text = `incoming/prices/${rejected}/bad.csv is rejected: line 2 is bad`;
    expect(shownOf(rejected)).to.deep.equal([text, text]);
    expect(shownOf(committed)).to.have.length(1);
  });

  test('sends the notification of a failure that a killed runner did not send', async ({ harness }) => {
    const id = await harness.upload('prices', 'crash.csv', uniqueContent());
    await harness.pipeline.idle();
    const [message] = harness.pipeline.failures();
    await harness.restart();
    expect(harness.pipeline.failures(), 'notified before').to.deep.equal([message]);
    await harness.remove(id, 'announced');
    await harness.restart();
    expect(harness.pipeline.failures(), 'in the queue already').to.deep.equal([message]);
    await harness.emptyFailureQueue();
    await harness.remove(id, 'announced');
    await harness.restart();
    expect(harness.pipeline.failures(), 'not yet in the queue').to.deep.equal([message]);
  });

  test('tells a webhook about failures', async ({ harness }) => {
    const server = createServer(async (request, response) => {
      bodies.push(await json(request));
      response.end();
    }).listen(0, '127.0.0.1');
    const bodies: unknown[] = [];
    await once(server, 'listening');
    const notifyUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
    await harness.restart({ notifyUrl });
    const id = await harness.upload('prices', 'crash.csv', uniqueContent());
    await harness.pipeline.idle();
    server.close();
    expect(bodies).to.have.length(1);
    expect(bodies[0]).to.deep.include({ source: 'trellis.ingest', detail_type: 'Ingest Failed' });
    expect(bodies[0]).to.have.nested.property('detail.ingest_id', id);
  });

  test('never exceeds its vCPUs, however many files arrive at once, and loses none', async ({
    harness,
    state,
    starts,
  }) => {
    const ids = await Promise.all(
      Array.from({ length: 24 }, (_, i) => harness.upload('prices', `day-${i}.csv`, uniqueContent())),
    );
    await harness.pipeline.idle();
    const states = await Promise.all(ids.map(state));
    expect(new Set(states)).to.deep.equal(new Set(['committed']));
    expect(harness.pipeline.batch.peakVcpus).to.equal(1);
    expect(starts()).to.have.length(ids.length);
  });
});
