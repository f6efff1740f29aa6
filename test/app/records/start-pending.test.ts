import { expect } from 'chai';
import { newRunItem } from '../../../app/jobs/run.ts';
import { type LaptopScans, quickKinds, startScans } from '../../support/laptop-scans.ts';
import { until } from '../../support/until.ts';

describe('jobs that were saved but not started', function () {
  this.timeout(30_000);
  let harness: LaptopScans;
  before(async () => {
    harness = await startScans({ kinds: quickKinds() });
  });
  after(() => harness.stop());

  /** As the service leaves them that is killed between its two writes; `broken` is what no release can read. */
  async function accept(id: string, { broken = false } = {}): Promise<void> {
    const item = newRunItem(id, 'secrets', { scan_id: 'x' }, new Date(Date.now() - 60_000));
    await harness.jobs.create(broken ? { ...item, arguments: { S: '{' } } : item, undefined);
  }
  const statusOf = async (id: string) => (await harness.jobs.read(id))?.status?.S;

  it('are started by the service, although one of them cannot be', async () => {
    await accept('a', { broken: true });
    await accept('b');
    await accept('c');
    await harness.app.listen({ port: 0, host: '127.0.0.1' });
    for (const id of ['b', 'c']) await until(async () => (await statusOf(id)) === 'succeeded');
    expect(await statusOf('a')).to.equal('queued');
  });

  it('are started by a laptop that comes up, although one of them cannot be', async () => {
    await accept('d');
    await harness.restart();
    await harness.pipeline.idle();
    expect(await statusOf('d')).to.equal('succeeded');
    expect(harness.shown.join()).to.include('the scan or job a cannot be started and stays unfinished');
  });
});
