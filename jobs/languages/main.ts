import { runJob } from '../runtime/run-job.ts';
import { sourceFiles, textOf } from '../runtime/source.ts';
import { createLanguageCounter } from './languages.ts';

await runJob('languages', async (job) => {
  const counter = createLanguageCounter();
  let binary = 0;
  for await (const { path, content } of sourceFiles(job)) {
    const text = textOf(content);
    if (text === undefined) binary++;
    else counter.add(path, text);
  }
  const languages = counter.counts();
  const lines = languages.reduce((sum, count) => sum + count.lines, 0);
  return { result: { findings: [], total: 0, languages, lines, binary }, facts: { findings: 0, lines } };
});
