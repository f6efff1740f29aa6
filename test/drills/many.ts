import assert from 'node:assert/strict';
import { stopEmulator } from '../support/emulator.ts';
import { startIngest } from '../support/laptop-ingest.ts';
import { drillFiles, portsFile, regionsFile } from './files.ts';

/** Uploads that many files at once: all are committed, and never do the jobs use more than their vCPUs. */
export async function manyFiles(
  files: number,
  maxVcpus: number,
): Promise<{ peakVcpus: number; seconds: number }> {
  const harness = await startIngest({ command: ['node', 'jobs/ingest/main.ts'], maxVcpus });
  try {
    for (const [kind, content] of [
      ['regions', regionsFile],
      ['ports', portsFile],
    ] as const) {
      await harness.upload(kind, `${kind}.csv`, content);
      await harness.pipeline.idle();
    }
    const started = Date.now();
    const ids = await Promise.all(
      drillFiles({ seed: 1, files, copies: 0, poison: 0 }).map(({ name, content }) =>
        harness.upload('prices', name, content),
      ),
    );
    await harness.pipeline.idle();
    const seconds = (Date.now() - started) / 1000;
    for (const id of ids) {
      const { state, reason } = await harness.call('GET', `/api/v1/ingests/${id}`);
      assert.equal(state, 'committed', reason);
    }
    assert.deepEqual(harness.pipeline.failures(), []);
    const { peakVcpus } = harness.pipeline.batch;
    assert.ok(peakVcpus <= maxVcpus, `${peakVcpus} vCPUs were used`);
    return { peakVcpus, seconds };
  } finally {
    await harness.stop();
    await stopEmulator();
  }
}
