import { type Found, fingerprinted } from '../../data/scans/finding.ts';
import { runJob } from '../runtime/run-job.ts';
import { sourceFiles, textOf } from '../runtime/source.ts';
import { findSecrets } from './secrets.ts';

await runJob('secrets', async (job) => {
  const found: Found[] = [];
  let files = 0;
  for await (const { path, content } of sourceFiles(job)) {
    const text = textOf(content);
    if (text === undefined) continue;
    files++;
    found.push(...(await findSecrets(path, text)));
  }
  const list = fingerprinted('secrets', found);
  return { result: { ...list, files }, facts: { findings: list.total, files } };
});
