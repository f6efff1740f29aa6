import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { startIngest, uniqueContent } from '../../support/laptop-ingest.ts';

const script = 'test/local/ingest/shell-job.sh';

describe('a job that is a shell script', () => {
  it('needs no more than its variables and the ledger to bring files to their outcome', async () => {
    const lines = readFileSync(script, 'utf8').split('\n');
    expect(lines.filter((line) => line !== '' && !line.startsWith('#'))).to.have.length.at.most(10);
    const harness = await startIngest({ command: ['sh', script] });
    try {
      const outcome = async (content: string) => {
        const id = await harness.upload('prices', 'day.csv', content);
        await harness.pipeline.idle();
        const { state, reason } = await harness.call('GET', `/api/v1/ingests/${id}`, undefined, 200);
        return { state, reason };
      };
      expect(await outcome(uniqueContent())).to.deep.include({ state: 'committed' });
      expect(await outcome(`bad ${uniqueContent()}`)).to.deep.equal({
        state: 'rejected',
        reason: 'it says that it is bad',
      });
      expect(harness.pipeline.failures()).to.deep.equal([]);
    } finally {
      await harness.stop();
    }
  });

  it('is tried again when it exits with another code than 0, and then its file has failed', async () => {
    const harness = await startIngest({ command: ['sh', '-c', 'exit 3'] });
    try {
      const id = await harness.upload('prices', 'day.csv', uniqueContent());
      await harness.pipeline.idle();
      const { state } = await harness.call('GET', `/api/v1/ingests/${id}`, undefined, 200);
      expect(state).to.equal('failed');
      expect(harness.pipeline.failures().map(({ ingest_id }) => ingest_id)).to.deep.equal([id]);
    } finally {
      await harness.stop();
    }
  });
});
