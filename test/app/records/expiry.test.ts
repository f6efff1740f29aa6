import { expect } from 'chai';
import { newRunItem } from '../../../app/jobs/run.ts';
import { newScanItem } from '../../../app/scans/scan.ts';
import type { Answer } from '../../support/app.ts';
import { type LaptopScans, quickKinds, startScans } from '../../support/laptop-scans.ts';

const repository = { url: 'https://github.com/owner/name', host: 'github.com', path: 'owner/name' };
const daysAgo = (days: number) => new Date(Date.now() - days * 24 * 3600 * 1000);

describe('results of scans and jobs', function () {
  this.timeout(60_000);
  let harness: LaptopScans;
  before(async () => {
    harness = await startScans({ kinds: quickKinds() });
    // Their objects are in the bucket, which looks for what has expired once a day only.
    for (const [id, days] of [
      ['old', 90],
      ['young', 89],
    ] as const) {
      await harness.records.create(newScanItem(id, repository, 'HEAD', daysAgo(days)), undefined);
      await harness.jobs.create(newRunItem(id, 'secrets', { scan_id: 'old' }, daysAgo(days)), undefined);
    }
    await harness.restart();
    await harness.pipeline.idle();
  });
  after(() => harness.stop());

  it('are there until they expire, and say when', async () => {
    const scan = await harness.call('GET', '/api/v1/scans/young', undefined, 200);
    expect(scan).to.deep.include({ status: 'completed', results_expired: false });
    expect(Date.parse(scan.results_expire_at) - Date.parse(scan.created_at)).to.equal(90 * 24 * 3600 * 1000);
    await harness.call('GET', '/api/v1/scans/young?format=sarif', undefined, 200);
    const job = await harness.call('GET', '/api/v1/jobs/young', undefined, 200);
    expect(job).to.include({ status: 'succeeded', results_expired: false });
    expect((await fetch(job.result_url)).status).to.equal(200);
  });

  it('are gone afterwards, in every format, and the answer says what is known', async () => {
    for (const query of ['', '?severity=high', '?format=sarif']) {
      const problem = await harness.call('GET', `/api/v1/scans/old${query}`, undefined, 410);
      expect(problem.detail).to.match(/^the findings of the scan old expired at 20.*; scan again$/);
      expect(problem.scan).to.include({ id: 'old', status: 'completed', results_expired: true });
      expect(problem.scan.summary).to.include({ findings: 0 });
    }
    const job = await harness.call('GET', '/api/v1/jobs/old', undefined, 200);
    expect(job).to.include({ status: 'succeeded', results_expired: true });
    expect(job).not.to.have.property('result_url');
  });

  it('are shown as expired in the list', async () => {
    const { items } = await harness.call('GET', '/api/v1/scans', undefined, 200);
    const expired = Object.fromEntries(items.map((scan: Answer) => [scan.id, scan.results_expired]));
    expect(expired).to.deep.equal({ old: true, young: false });
  });
});
