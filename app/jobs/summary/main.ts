import { jobKinds } from '../../../contract/job-kinds.ts';
import { outputPrefix, resultObject } from '../../../contract/scans.ts';
import { Refusal, runJob } from '../runtime/run-job.ts';
import { type ScannerResult, summarize } from './summary.ts';

const scanners = jobKinds.filter(({ part }) => part === 'scanner').map(({ name }) => name);

await runJob('summary', async ({ arguments: given, objects }) => {
  const kinds = Array.isArray(given.jobs) ? given.jobs.map(String) : scanners;
  const results = new Map<string, ScannerResult>();
  for (const kind of kinds) {
    const key = `${outputPrefix.scan(String(given.scan_id))}/${resultObject(kind)}`;
    const result = await objects.readJson(key);
    if (result) results.set(kind, result as ScannerResult);
    else if (given.jobs) throw new Refusal(`the result of ${kind} is not there`);
  }
  if (results.size === 0) throw new Refusal('no scanner has left a result');
  const { summary, findings } = summarize(results);
  return {
    result: { summary, findings },
    facts: { findings: summary.findings, text: summary.text, summary: JSON.stringify(summary) },
  };
});
