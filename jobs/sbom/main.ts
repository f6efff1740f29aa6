import { fingerprinted } from '../../data/scans/finding.ts';
import { runJob } from '../runtime/run-job.ts';
import { sourceFiles, textOf } from '../runtime/source.ts';
import { createInventory } from './sbom.ts';

await runJob('sbom', async (job) => {
  const inventory = createInventory();
  for await (const { path, content } of sourceFiles(job)) {
    const text = textOf(content);
    if (text !== undefined) inventory.add(path, text);
  }
  const list = fingerprinted('sbom', inventory.found);
  const counts = inventory.counts();
  return {
    result: { ...list, ...counts, bom: inventory.bom() },
    facts: { findings: list.total, packages: counts.packages },
  };
});
