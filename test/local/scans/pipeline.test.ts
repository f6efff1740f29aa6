import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect } from 'chai';
import { newScanItem } from '../../../app/scans/scan.ts';
import { jobKinds } from '../../../contract/job-kinds.ts';
import {
  parseRepositoryUrl,
  type Repository,
  readRepositoryRules,
} from '../../../data/scans/repository-url.ts';
import type { ScansOverrides } from '../../../local/scans/prepare.ts';
import type { Answer } from '../../support/app.ts';
import { type LaptopScans, quickKinds, startScans } from '../../support/laptop-scans.ts';
import { together } from '../../support/together.ts';
import { until } from '../../support/until.ts';

const url = 'https://github.com/owner/name';
const repository = parseRepositoryUrl(url, readRepositoryRules('', '')) as Repository;
const statusOf = (scan: Answer, kind: string) => scan.jobs.find((job: Answer) => job.kind === kind);

/** Does the work with a harness of its own. */
async function withScans(overrides: ScansOverrides, work: (harness: LaptopScans) => Promise<void>) {
  const harness = await startScans(overrides);
  try {
    await work(harness);
  } finally {
    await harness.stop();
  }
}

describe('scans', function () {
  this.timeout(60_000);
  const waits = together(3);
  const test = (title: string, overrides: ScansOverrides, work: (harness: LaptopScans) => Promise<void>) =>
    waits(title, () => withScans(overrides, work));

  const failing: [act: string, reason: RegExp][] = [
    ['crash', /^exit code 3$/],
    ['refuse', /^this is refused$/],
    ['silent', /^the job left no result$/],
    ['lie', /^the job left no result$/],
    ['hang', /^Job attempt duration exceeded timeout$/],
    ['flood', /^The job wrote more than 1048576 bytes to its output$/],
    ['fill', /^The job wrote more than 1048576 bytes to its disk$/],
  ];
  for (const [act, reason] of failing) {
    const limits = { output: 2 ** 20, disk: 2 ** 20 };
    const kinds = quickKinds({ secrets: act }).map((kind) =>
      kind.name === 'secrets' && act === 'hang' ? { ...kind, timeoutSeconds: 1 } : kind,
    );
    test(`end partial, with the reason, when a scanner fails: ${act}`, { limits, kinds }, async (harness) => {
      const scan = await harness.ended(await harness.request(url));
      expect(scan.status, JSON.stringify(scan)).to.equal('partial');
      expect(statusOf(scan, 'secrets')).to.include({ status: 'failed' });
      expect(statusOf(scan, 'secrets').reason).to.match(reason);
      expect(scan.reason).to.equal(`secrets failed: ${statusOf(scan, 'secrets').reason}`);
      expect(statusOf(scan, 'languages').status).to.equal('succeeded');
      expect(harness.pipeline.batch.pids).to.deep.equal([]);
    });
  }

  for (const kind of ['fetch', 'summary']) {
    const kinds = quickKinds({ [kind]: 'refuse' });
    test(`end failed, with the reason, when ${kind} fails`, { kinds }, async (harness) => {
      const scan = await harness.ended(await harness.request(url));
      expect(scan).to.include({ status: 'failed', reason: 'this is refused' });
      expect(scan.summary).to.equal(null);
      expect(scan.findings).to.deep.equal({ items: [], next_cursor: null });
    });
  }

  const summary = jobKinds.filter(({ part }) => part === 'summary');
  const others = quickKinds({ secrets: 'forget' }).filter(({ part }) => part !== 'summary');
  const missing =
    'end failed when the result of a scanner is missing that says it succeeded: that is no lack of findings';
  test(missing, { kinds: [...others, ...summary] }, async (harness) => {
    const scan = await harness.ended(await harness.request(url));
    expect(scan).to.include({
      status: 'failed',
      reason: 'the result of secrets is not in the bucket',
      summary: null,
    });
  });

  test('answer 410 when their findings are gone, and never that there are none', {
    kinds: quickKinds(),
  }, async (harness) => {
    const id = randomUUID();
    const { unfinished: _, ...item } = newScanItem(id, repository, 'HEAD', new Date());
    await harness.records.create({ ...item, status: { S: 'completed' } }, undefined);
    for (const format of ['', '?format=sarif']) {
      const { detail } = await harness.call('GET', `/api/v1/scans/${id}${format}`, undefined, 410);
      expect(detail).to.equal(`the findings of the scan ${id} are no longer kept; scan again`);
    }
  });

  test('come to an end each, once, whatever is killed, and after a restart', {
    kinds: quickKinds(),
  }, async (harness) => {
    const requested = await Promise.all(
      Array.from({ length: 6 }, (_, i) => harness.request(`https://github.com/owner/name${i}`)),
    );
    // Jobs die of kills from outside: they run again. Then the runner dies with all that it knows.
    for (let kills = 0; kills < 3; kills++) {
      await until(() => harness.pipeline.batch.pids.length > 0);
      for (const pid of harness.pipeline.batch.pids.slice(0, 1)) process.kill(pid, 'SIGKILL');
    }
    await until(async () => {
      const { items } = await harness.call('GET', '/api/v1/scans');
      return items.some(({ jobs }: Answer) => jobs[1].status === 'succeeded');
    });
    await harness.restart();
    await harness.pipeline.idle();
    const { items } = await harness.call('GET', '/api/v1/scans', undefined, 200);
    expect(items.map(({ id }: Answer) => id)).to.have.members(requested);
    for (const scan of items) expect(scan, JSON.stringify(scan)).to.include({ status: 'completed' });
    const said = harness.shown.filter((line) => line.startsWith('Scan completed'));
    expect(said).to.have.length(6);
    expect(new Set(said).size).to.equal(6);
    expect(harness.pipeline.batch.peakVcpus).to.be.within(0.25, 1);
  });

  test('are started again when their start was lost', { kinds: quickKinds() }, async (harness) => {
    const before = new Date(Date.now() - 10_000);
    // As the service leaves it when it is killed between its two writes.
    const item = newScanItem(randomUUID(), repository, 'HEAD', before);
    await harness.records.create(item, undefined);
    const id = item.id?.S as string;
    expect((await harness.ended(id)).status).to.equal('queued');
    await harness.app.listen({ port: 0, host: '127.0.0.1' });
    await until(async () => (await harness.ended(id)).status === 'completed');
    expect(await harness.records.unfinished()).to.deep.equal([]);
  });

  test('are one and the same under one idempotency key, and nothing else goes under it', {
    kinds: quickKinds(),
  }, async (harness) => {
    const headers = { 'idempotency-key': 'ci-run-17' };
    const post = (body: object, status: number, more: object = headers) =>
      harness.call('POST', '/api/v1/scans', body, status, more);
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => post({ repository_url: `${url}.git` }, 202)),
    );
    expect(new Set(answers.map(({ id }) => id)).size).to.equal(1);
    expect((await post({ repository_url: url, ref: 'HEAD' }, 202)).id).to.equal(answers[0].id);
    const { errors } = await post({ repository_url: url, ref: 'other' }, 422);
    expect(errors[0].field).to.equal('headers.idempotency-key');
    expect((await post({ repository_url: url }, 202, {})).id).not.to.equal(answers[0].id);
    await post({ repository_url: url }, 400, { 'idempotency-key': 'ä' });
    await harness.pipeline.idle();
    expect((await post({ repository_url: url }, 202)).status).to.equal('completed');
    expect((await harness.call('GET', '/api/v1/scans')).items).to.have.length(2);
  });

  test('are refused by a problem that names the field', { kinds: quickKinds() }, async (harness) => {
    for (const [body, field] of [
      [{ repository_url: 'http://github.com/o/n' }, 'body.repository_url'],
      [{ repository_url: 'https://evil.example/o/n' }, 'body.repository_url'],
      [{ repository_url: url, ref: '--upload-pack=x' }, 'body.ref'],
      [{ repository_url: url, ref: 'a..b' }, 'body.ref'],
      [{ repository_url: 7 }, 'body.repository_url'],
      [{}, 'body.repository_url'],
      [{ repository_url: url, more: 1 }, 'body.more'],
    ] as const)
      expect((await harness.call('POST', '/api/v1/scans', body, 400)).errors[0].field).to.equal(field);
    expect((await harness.call('GET', '/api/v1/scans')).items).to.deep.equal([]);
    await harness.call('GET', '/api/v1/scans/nobody', undefined, 404);
    const key = await harness.app.inject({
      method: 'POST',
      url: '/api/v1/scans',
      payload: { repository_url: url },
    });
    expect(key.statusCode).to.equal(401);
  });

  waits('are announced to the URL given, and again when it was away', async () => {
    const received: { destination: unknown; body: Answer }[] = [];
    let refusals = 2;
    const server: Server = createServer((request, response) => {
      text(request).then((body) => {
        const isAway = refusals-- > 0;
        if (!isAway)
          received.push({ destination: request.headers['x-trellis-destination'], body: JSON.parse(body) });
        response.writeHead(isAway ? 503 : 200).end();
      });
    }).listen(0, '127.0.0.1');
    await until(() => server.listening);
    const notifyUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    let commit: string | undefined;
    await withScans({ kinds: quickKinds(), notifyUrl }, async (harness) => {
      commit = (await harness.ended(await harness.request(url, { ref: 'v1' }))).commit;
    });
    server.close();
    expect(received).to.deep.equal([
      { destination: 'slack', body: { text: `Scan completed: ${url} (v1, ${commit}): no findings` } },
      {
        destination: 'github-status',
        body: { state: 'success', description: 'no findings', context: 'trellis/scan' },
      },
    ]);
  });
});
