import { ending } from '../../data/ledger/update.ts';
import { batchIdOf, reversalId } from '../../data/rates/items.ts';
import type { Job } from './job.ts';
import { commitPrices, draftFor } from './price-commit.ts';
import { lanesOfBatch } from './rollups.ts';

/**
 * Takes the prices of a committed file out of the rates: a batch with its counts and sums negated, which readers treat like
 * any other. After a crash it can be run again and comes to the same end.
 */
export async function retract(job: Job): Promise<void> {
  const { rates, ledger, file, execution } = job;
  for (;;) {
    const record = await ledger.read(file.id);
    if (record?.state === 'retracted') return;
    const [batch] = await rates.batches([batchIdOf(record?.batch ?? '')]);
    if (!batch || batch.ingest !== file.id)
      throw new Error(`the file ${file.id} has no committed batch of its own`);
    const draft = await draftFor(job, undefined, batch);
    const lanes = await lanesOfBatch(job, batch);
    try {
      const isCommitted = await commitPrices(job, {
        draft,
        takes: { batch, lanes },
        ledger: [ending(file.id, reversalId(batch.id), { retractedBy: execution })],
      });
      if (isCommitted) return;
    } finally {
      lanes.dispose();
    }
  }
}
