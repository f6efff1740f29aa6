import { existsSync, realpathSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { followScan, requestScan, type ScanStatus } from './scans/follow.ts';
import { defaultStateDirectory, State } from './state.ts';

const help = `npm run scan -- <path-or-url> [options]   scans a git repository

  --ref <ref>      branch, tag or commit (default: HEAD)
  --findings <n>   how many findings are shown (default: 10)
  --sarif <file>   also writes all findings as SARIF 2.1.0
  --url <url>      a system elsewhere; its API key is taken from TRELLIS_API_KEY (default: the local one)
  --state <dir>    state directory of the local system (default: ${defaultStateDirectory})
  --help

A path is scanned as its last commit has it. Exit code 1 unless the scan is completed.`;

await main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      ref: { type: 'string' },
      findings: { type: 'string', default: '10' },
      sarif: { type: 'string' },
      url: { type: 'string' },
      state: { type: 'string', default: defaultStateDirectory },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return console.log(help);
  const [target, ...rest] = positionals;
  if (!target || rest.length > 0) throw new Error(`which repository?\n\n${help}`);
  if (!/^([1-9]?[0-9]|100)$/.test(values.findings)) throw new Error('--findings must be 0 to 100');

  const api = findApi(values);
  const started = Date.now();
  const id = await requestScan(api, repositoryUrl(target), values.ref);
  console.log(`scan ${id}`);
  const shown = new Map<string, string>();
  const scan = await followScan(api, id, Number(values.findings), (status) => showProgress(status, shown));
  showResult(scan, Date.now() - started);
  if (values.sarif) await writeSarif(api, id, values.sarif);
  if (scan.status !== 'completed') process.exitCode = 1;
}

/** A path becomes a URL; what looks like one stays as it is. */
function repositoryUrl(target: string): string {
  if (/^[a-z]+:/.test(target) && !existsSync(target)) return target;
  if (!existsSync(target)) throw new Error(`there is no ${target}`);
  return pathToFileURL(realpathSync(target)).href;
}

function showProgress({ jobs }: ScanStatus, shown: Map<string, string>): void {
  for (const { kind, status, reason, started_at, ended_at } of jobs) {
    if (status === 'queued' || shown.get(kind) === status) continue;
    shown.set(kind, status);
    const took = started_at && ended_at ? `${seconds(Date.parse(ended_at) - Date.parse(started_at))} ` : '';
    console.log(`  ${kind.padEnd(12)} ${status.padEnd(10)} ${took}${reason ?? ''}`.trimEnd());
  }
}

function showResult(scan: ScanStatus, milliseconds: number): void {
  const { status, reason, summary, commit, findings, results_expire_at } = scan;
  console.log(`\n${status} in ${seconds(milliseconds)}${commit ? `, commit ${commit.slice(0, 12)}` : ''}`);
  if (reason) console.log(reason);
  if (!summary) return;
  const languages = Object.entries(summary.languages).map(([name, lines]) => `${name} ${lines}`);
  console.log(summary.text);
  if (languages.length > 0) console.log(`lines: ${languages.join(', ')}`);
  if (summary.packages !== null) console.log(`packages: ${summary.packages}`);
  for (const { severity, path, line, rule, message } of findings.items)
    console.log(`  ${severity.padEnd(6)} ${path}${line ? `:${line}` : ''}  ${rule}: ${message}`);
  if (findings.next_cursor) console.log('  …');
  if (results_expire_at) console.log(`findings are kept until ${results_expire_at.slice(0, 10)}`);
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}

async function writeSarif(api: ReturnType<typeof findApi>, id: string, file: string): Promise<void> {
  const answer = await fetch(new URL(`/api/v1/scans/${id}?format=sarif`, api.url), {
    headers: { authorization: `Bearer ${api.apiKey}` },
  });
  if (!answer.ok) throw new Error(`no SARIF: the answer was ${answer.status}`);
  await writeFile(file, await answer.text());
  console.log(`SARIF in ${file}`);
}

function findApi({ url: given, state: directory }: { url?: string | undefined; state: string }) {
  const state = new State(directory);
  const url = given ?? state.currentRun()?.url;
  if (!url) throw new Error('nothing runs here: start it with npm start, or name a system with --url');
  return { url, apiKey: state.apiKey() };
}
