import { existsSync, realpathSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { exitCodes, Misuse, runCommand, wholeNumber } from '../../scripts/command.ts';
import { type Api, apiHelp, apiOptions, findApi } from './api.ts';
import { followScan, requestScan, type ScanStatus } from './follow-scan.ts';

await runCommand({
  name: 'npm run scan',
  help: `-- <path-or-url> [options]   scans a git repository

  --ref <ref>      branch, tag or commit (default: HEAD)
  --findings <n>   how many findings are shown, 0 to 100 (default: 10)
  --sarif <file>   also writes all findings as SARIF 2.1.0
  --json           print only the scan, as the API answers it
  ${apiHelp}
  --help

A path is scanned as its last commit has it.
Exit codes: 0 completed, with findings or without; 1 the scan or one of its jobs failed; 2 called wrongly.`,
  options: {
    ref: { type: 'string' },
    findings: { type: 'string', default: '10' },
    sarif: { type: 'string' },
    json: { type: 'boolean', default: false },
    ...apiOptions,
  },
  positionals: true,
  run: async (values, [target, ...rest]) => {
    if (!target || rest.length > 0) throw new Misuse('name one repository, by path or URL');
    const findings = wholeNumber('--findings', values.findings, 0, 100);
    const repository = repositoryUrl(target);
    const api = findApi(values);
    const show = values.json ? () => {} : console.log;
    const started = Date.now();
    const id = await requestScan(api, repository, values.ref);
    show(`scan ${id}`);
    const shown = new Map<string, string>();
    const scan = await followScan(api, id, findings, (status) => showProgress(status, shown, show));
    if (values.json) console.log(JSON.stringify(scan, null, 2));
    else showResult(scan, Date.now() - started);
    if (values.sarif) {
      await writeSarif(api, id, values.sarif);
      show(`findings written as SARIF to ${values.sarif}`);
    }
    return scan.status === 'completed' ? exitCodes.done : exitCodes.failed;
  },
});

/** The URL of a path; a target that looks like a URL, and is not a path, stays as it is. */
function repositoryUrl(target: string): string {
  if (/^[a-z]+:/.test(target) && !existsSync(target)) return target;
  if (!existsSync(target)) throw new Misuse(`${target} does not exist: name a repository by path or URL`);
  return pathToFileURL(realpathSync(target)).href;
}

function showProgress({ jobs }: ScanStatus, shown: Map<string, string>, show: (line: string) => void): void {
  for (const { kind, status, reason, started_at, ended_at } of jobs) {
    if (status === 'queued' || shown.get(kind) === status) continue;
    shown.set(kind, status);
    const took = started_at && ended_at ? `${seconds(Date.parse(ended_at) - Date.parse(started_at))} ` : '';
    show(`  ${kind.padEnd(12)} ${status.padEnd(10)} ${took}${reason ?? ''}`.trimEnd());
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

async function writeSarif(api: Api, id: string, file: string): Promise<void> {
  const answer = await fetch(new URL(`/api/v1/scans/${id}?format=sarif`, api.url), {
    headers: { authorization: `Bearer ${api.apiKey}` },
  });
  if (!answer.ok)
    throw new Error(`the findings could not be written as SARIF: the service answered ${answer.status}`);
  await writeFile(file, await answer.text());
}
