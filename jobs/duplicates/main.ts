import { fingerprinted } from '../../data/scans/finding.ts';
import { runJob } from '../runtime/run-job.ts';
import { sourceFiles, textOf } from '../runtime/source.ts';
import { createDuplicateFinder } from './duplicates.ts';

await runJob('duplicates', async (job) => {
  const finder = createDuplicateFinder();
  for await (const { path, content } of sourceFiles(job)) {
    const text = textOf(content);
    if (text !== undefined) await finder.add(path, text);
  }
  const list = fingerprinted('duplicates', finder.found());
  return {
    result: { ...list, ...finder.counts },
    facts: { findings: list.total, files: finder.counts.files },
  };
});
