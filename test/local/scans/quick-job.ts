// A job that takes a twentieth of a real one's time. Arguments: its kind and what it does. No SDK, for the sake of
// speed: the laptop's bucket believes every request.
import { appendFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { environment } from '../../../contract/environment.ts';
import { jobVariables } from '../../../contract/scans.ts';

const [kind, act = 'succeed'] = process.argv.slice(2) as [string, string?];
const output = process.env[jobVariables.output];
const put = async (name: string, value: object) => {
  const url = `${process.env.AWS_ENDPOINT_URL_S3}/${process.env[environment.scansBucket]}/${output}/${name}`;
  const answer = await fetch(url, { method: 'PUT', body: JSON.stringify(value) });
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
};

const summary = {
  text: 'no findings',
  findings: 0,
  by_severity: { high: 0, medium: 0, low: 0 },
  by_kind: {},
  by_rule: {},
  languages: {},
  lines: null,
  packages: null,
};
const facts: Record<string, object> = {
  fetch: { commit: 'c'.repeat(40) },
  summary: {
    text: 'no findings',
    description: 'no findings',
    verdict: 'success',
    summary: JSON.stringify(summary),
  },
};

async function reasonOfSummary(): Promise<object> {
  const { failures } = await import('../../../jobs/summary/summary.ts');
  return { reason: failures(JSON.parse(process.env[jobVariables.arguments] as string).jobs ?? []) };
}

const acts: Record<string, () => Promise<void>> = {
  succeed: async () => {
    await put(`${kind}.json`, kind === 'summary' ? { summary, findings: [] } : { findings: [], total: 0 });
    const more = kind === 'summary' ? await reasonOfSummary() : {};
    await put(`${kind}.outcome.json`, { kind, status: 'succeeded', ...facts[kind], ...more });
  },
  refuse: () => put(`${kind}.outcome.json`, { kind, status: 'failed', reason: 'this is refused' }),
  forget: () => put(`${kind}.outcome.json`, { kind, status: 'succeeded' }),
  crash: async () => process.exit(3),
  silent: async () => {},
  lie: () => put(`${kind}.outcome.json`, []),
  hang: async () => void setInterval(() => {}, 1000),
  flood: async () => {
    for (;;) await new Promise((resolve) => process.stdout.write('x'.repeat(65_536), resolve));
  },
  fill: async () => {
    for (;;) appendFileSync(join(tmpdir(), 'fill'), Buffer.alloc(65_536));
  },
};
await acts[act]?.();
