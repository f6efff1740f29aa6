import { jobKinds } from '../../contract/job-kinds.ts';
import { outputPrefix, resultObject } from '../../contract/scans.ts';
import { printable, Refusal, runJob } from '../runtime/run-job.ts';
import { type Ended, failures, type ScannerResult, summarize, verdict } from './summary.ts';

const scanners = jobKinds.filter(({ part }) => part === 'scanner').map(({ name }) => name);

await runJob('summary', async ({ arguments: given, objects }) => {
  const jobs = (given.jobs ?? scanners.map((kind) => ({ kind, status: 'succeeded' }))) as readonly Ended[];
  const results = new Map<string, ScannerResult>();
  for (const { kind } of jobs.filter(({ status }) => status === 'succeeded')) {
    const key = `${outputPrefix.scan(String(given.scan_id))}/${resultObject(kind)}`;
    const result = await objects.readJson(key);
    if (result) results.set(kind, result as ScannerResult);
    else if (given.jobs) throw new Refusal(`the result of ${kind} is not in the bucket`);
  }
  const reason = failures(jobs);
  if (results.size === 0) throw new Refusal(reason || 'no scanner has stored a result');
  const { summary, findings } = summarize(results);
  const text = [summary.text, reason].filter(Boolean).join('; ');
  return {
    result: { summary, findings },
    facts: {
      findings: summary.findings,
      text,
      // GitHub shows at most 140 characters beside a commit.
      description: printable(text, 140),
      reason,
      verdict: verdict(summary),
      summary: JSON.stringify(summary),
    },
  };
});
