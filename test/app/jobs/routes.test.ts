import { expect } from 'chai';
import { type ArgumentsSchema, jobKinds } from '../../../contract/job-kinds.ts';
import { jsonBytes } from '../../../contract/scans.ts';
import type { Answer } from '../../support/app.ts';
import { type LaptopScans, quickKinds, startScans } from '../../support/laptop-scans.ts';
import { makeRepository, type Repository, slackWebhook } from '../../support/repository.ts';
import { until } from '../../support/until.ts';

describe('job runs', function () {
  this.timeout(30_000);
  let harness: LaptopScans;
  let repository: Repository;
  before(async () => {
    repository = makeRepository({ 'a.js': `const hook = '${slackWebhook}';\n` });
    harness = await startScans({ maxVcpus: 2 });
  });
  after(async () => {
    await harness.stop();
    repository.remove();
  });

  const launch = (kind: string, given: object, status = 202, headers: object = {}) =>
    harness.call('POST', '/api/v1/jobs', { kind, arguments: given }, status, headers);
  async function ended(id: string): Promise<Answer> {
    await harness.pipeline.idle();
    return harness.call('GET', `/api/v1/jobs/${id}`, undefined, 200);
  }

  it('can be any registered kind, whose schema tells what to give it', async () => {
    const { items } = await harness.call('GET', '/api/v1/job-kinds', undefined, 200);
    expect(items.map(({ name }: Answer) => name)).to.deep.equal(jobKinds.map(({ name }) => name));
    const fetchKind = items.find(({ name }: Answer) => name === 'fetch');
    expect((fetchKind.arguments as ArgumentsSchema).required).to.deep.equal(['repository_url']);
    expect(fetchKind).to.include({ vcpu: 0.5, memory_mib: 2048, timeout_seconds: 300 });
    expect(fetchKind).not.to.have.any.keys('permissions', 'command');
  });

  it('run with their arguments, and leave a result', async () => {
    const given = { repository_url: repository.url, ref: 'main' };
    const { id, status } = await launch('fetch', given);
    expect(status).to.equal('queued');
    const job = await ended(id);
    expect(job).to.deep.include({ kind: 'fetch', status: 'succeeded', arguments: given });
    expect(job.outcome).to.include({ files: 1, commit: repository.git(['rev-parse', 'HEAD']) });
    const result = await fetch(job.result_url);
    expect(await result.json()).to.include({ repository_url: repository.url, ref: 'main' });
  });

  it('can work on the source of a scan, without touching its results', async () => {
    const scan = await harness.request(repository.url);
    await harness.pipeline.idle();
    const job = await ended((await launch('secrets', { scan_id: scan })).id);
    expect(job, JSON.stringify(job)).to.include({ status: 'succeeded' });
    expect(job.outcome).to.include({ findings: 1 });
  });

  it('fail with the reason that the job gives', async () => {
    const job = await ended((await launch('fetch', { repository_url: `${repository.url}-gone` })).id);
    expect(job).to.include({ status: 'failed', reason: 'there is no such repository, or it is not public' });
    expect(job).not.to.have.property('result_url');
  });

  it('are refused by a problem that names the argument', async () => {
    for (const [kind, given, field] of [
      ['nothing', {}, 'body.kind'],
      ['fetch', {}, 'body.arguments.repository_url'],
      ['fetch', { repository_url: 5 }, 'body.arguments.repository_url'],
      ['fetch', { repository_url: 'https://evil.example/a/b' }, 'body.arguments.repository_url'],
      ['fetch', { repository_url: repository.url, ref: '-x' }, 'body.arguments.ref'],
      ['fetch', { repository_url: repository.url, depth: 1 }, 'body.arguments.depth'],
      ['secrets', { scan_id: '../x' }, 'body.arguments.scan_id'],
      ['summary', { scan_id: 'nobody', jobs: ['secrets'] }, 'body.arguments.jobs.0'],
    ] as const) {
      const { errors } = await launch(kind, given, 400);
      expect(errors[0].field, JSON.stringify(given)).to.equal(field);
    }
    const missing = await launch('secrets', { scan_id: 'nobody' }, 404);
    expect(missing.errors[0].field).to.equal('body.arguments.scan_id');
    await harness.call('POST', '/api/v1/jobs', { kind: 'fetch' }, 400);
    await harness.call('GET', '/api/v1/jobs/nobody', undefined, 404);
    for (const url of ['/api/v1/jobs/x', '/api/v1/job-kinds'])
      expect((await harness.app.inject({ url })).statusCode).to.equal(401);
  });

  it('are one and the same under one idempotency key', async () => {
    const headers = { 'idempotency-key': 'k' };
    const first = await launch('fetch', { repository_url: repository.url }, 202, headers);
    expect((await launch('fetch', { repository_url: repository.url }, 202, headers)).id).to.equal(first.id);
    await launch('fetch', { repository_url: repository.url, ref: 'main' }, 422, headers);
    await harness.pipeline.idle();
  });

  it('run again when the runner died, and are stopped at their time limit', async () => {
    const kinds = quickKinds({ fetch: 'hang' });
    await harness.restart({ kinds });
    const { id } = await launch('fetch', { repository_url: repository.url });
    await until(() => harness.pipeline.batch.pids.length > 0);
    await harness.restart({ kinds: kinds.map((kind) => ({ ...kind, timeoutSeconds: 1 })) });
    expect(await ended(id)).to.include({
      status: 'failed',
      reason: 'Job attempt duration exceeded timeout',
    });
  });
});

describe('job runs with large arguments', function () {
  this.timeout(30_000);
  let harness: LaptopScans;
  let scan_id: string;
  before(async () => {
    harness = await startScans({ kinds: quickKinds() });
    scan_id = await harness.request('file:///some/repository');
  });
  after(() => harness.stop());

  for (const character of ['語', '💡', '"', '\\', '\u0001'])
    it(`get as much as fits, and are refused with more, in ${JSON.stringify(character)}`, async () => {
      const given = (reasons: string[]) => ({
        kind: 'summary',
        arguments: { scan_id, jobs: reasons.map((reason) => ({ kind: 'x', status: 'failed', reason })) },
      });
      // As the text of an environment variable, which is part of the JSON that ECS gets.
      const room = (reasons: string[]) => 6144 - jsonBytes(JSON.stringify(given([...reasons, '']).arguments));
      const size = jsonBytes(JSON.stringify(character)) - 6;
      const reasons: string[] = [];
      while (room(reasons) > 1000)
        reasons.push(character.repeat(Math.min(1000, Math.floor((room(reasons) - 900) / size))));
      reasons.push('x'.repeat(room(reasons)));

      const { id } = await harness.call('POST', '/api/v1/jobs', given(reasons), 202);
      await harness.pipeline.idle();
      const job = await harness.call('GET', `/api/v1/jobs/${id}`, undefined, 200);
      expect(job.outcome?.reason, job.reason).to.equal(
        reasons.map((reason) => `x failed: ${reason}`).join('; '),
      );
      const more = given([...reasons.slice(0, -1), `${reasons.at(-1)}x`]);
      const { errors } = await harness.call('POST', '/api/v1/jobs', more, 400);
      const message = "take 6145 bytes of a job's environment; at most 6144 fit";
      expect(errors).to.deep.equal([{ field: 'body.arguments', message }]);
    });
});
