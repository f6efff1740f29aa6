import { writeFileSync } from 'node:fs';
import { expect } from 'chai';
import { type LaptopIngest, startIngest, uniqueContent } from '../../support/laptop-ingest.ts';
import { apiKey } from '../../support/service.ts';
import { until } from '../../support/until.ts';

describe('the retraction of a file', () => {
  let harness: LaptopIngest;
  before(async () => {
    harness = await startIngest();
  });
  after(() => harness.stop());

  const path = (id: string) => `/api/v1/ingests/${id}`;
  const read = (id: string) => harness.call('GET', path(id), undefined, 200);
  const retract = (id: string, status = 202) => harness.call('DELETE', path(id), undefined, status);
  const committed = async (name: string) => {
    const id = await harness.upload('prices', name, uniqueContent());
    await harness.pipeline.idle();
    return id;
  };

  it('is taken, carried out once, and answered alike when it is repeated', async () => {
    const id = await committed('day.csv');
    const [first, second] = await Promise.all([retract(id), retract(id)]);
    const fields = ['retraction_requested_at', 'retraction_requested_by'] as const;
    for (const field of fields) expect(first[field]).to.be.a('string').that.equals(second[field]);
    expect(first.state).to.equal('retracting');
    await harness.pipeline.idle();
    const ended = await retract(id);
    expect(ended).to.include({ state: 'retracted', [fields[0]]: first[fields[0]] });
    expect(ended.ended_at).to.be.a('string');
    expect(await read(id)).to.deep.equal(ended);
    const { items } = await harness.call('GET', '/api/v1/ingests?state=retracted', undefined, 200);
    expect(items.map((item: { id: string }) => item.id)).to.deep.equal([id]);
    expect(harness.shown).to.include(`${ended.key} is retracted: its rows no longer count`);
    expect(harness.shown.filter((line) => line.endsWith('no longer count'))).to.have.length(1);
  });

  it('tells who asked, and nothing of the key', async () => {
    const { retraction_requested_by, ...rest } = await retract(await committed('who.csv'));
    expect(retraction_requested_by).to.match(/^127\.0\.0\.1, request [0-9a-f-]{36}$/);
    expect(JSON.stringify(rest)).to.not.include(apiKey);
  });

  it('is refused for what does not count, with the reason and what to do', async () => {
    await retract('nobody', 404);
    const rejected = await committed('bad.csv');
    const { detail } = await retract(rejected, 409);
    expect(detail).to.equal(
      `the file ${rejected} is rejected: none of its rows count, so there is nothing to take back`,
    );
  });

  it('leaves the file committed when its job fails, and can be asked for again', async () => {
    const id = await committed('clings.csv');
    await retract(id);
    await harness.pipeline.idle();
    expect(await read(id)).to.deep.include({
      state: 'committed',
      reason: 'its retraction came to no result (States.TaskFailed); request it again',
    });
    expect(harness.pipeline.failures().map(({ ingest_id }) => ingest_id)).to.deep.equal([id]);
    expect(harness.shown.filter((line) => line.includes('clings.csv could not be retracted'))).to.have.length(
      1,
    );
    writeFileSync(harness.fixed, '');
    const { reason } = await retract(id);
    expect(reason).to.equal(undefined);
    await harness.pipeline.idle();
    expect(await read(id)).to.include({ state: 'retracted' });
  });

  /** As the service leaves a file that is killed between its write and the start. */
  async function asked(name: string): Promise<string> {
    const id = await committed(name);
    const retraction_requested_at = new Date(Date.now() - 60_000).toISOString();
    await harness.change(id, { state: 'retracting', retraction_requested_at });
    await harness.remove(id, 'execution');
    return id;
  }

  it('is started by the service that finds it asked for only', async () => {
    const id = await asked('lost.csv');
    await harness.app.listen({ port: 0, host: '127.0.0.1' });
    await until(async () => (await read(id)).state === 'retracted');
  });

  it('is started by a laptop that comes up', async () => {
    const id = await asked('down.csv');
    await harness.restart();
    await harness.pipeline.idle();
    expect(await read(id)).to.include({ state: 'retracted' });
  });

  it('is carried out when it is asked for again, after its execution has died', async () => {
    const id = await committed('stuck.csv');
    const long = new Date(Date.now() - 24 * 3_600_000).toISOString();
    await harness.change(id, { state: 'retracting', execution: 'dead', updated_at: long });
    await harness.pipeline.idle();
    expect(await read(id)).to.include({ state: 'retracting' });
    await retract(id);
    await harness.pipeline.idle();
    expect(await read(id)).to.include({ state: 'retracted' });
  });
});
