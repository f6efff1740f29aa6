import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type Area, areas } from './areas.ts';
import { judge, type Report, readList, type Verdict } from './report.ts';

const usage = `npm run mutants -- [--concurrency <n>] [area …]

Changes the code in small ways, one at a time, and runs the tests on each: a change that no test notices shows what is
not tested. Ends with 1 when a change survives that test/mutants/survivors.jsonl does not explain.

Areas: ${Object.keys(areas).join(', ')} (default: all)
  --concurrency <n>  mutants at a time (default: 2)`;

/** Not a dependency of the project: it would bring 144 packages for one drill. */
const stryker = '@stryker-mutator/core@10.0.0';
const root = fileURLToPath(new URL('../..', import.meta.url));
const listFile = fileURLToPath(new URL('survivors.jsonl', import.meta.url));

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { concurrency: { type: 'string', default: '2' }, help: { type: 'boolean', short: 'h' } },
});
const chosen = positionals.length > 0 ? positionals : Object.keys(areas);
const unknown = chosen.filter((name) => !Object.hasOwn(areas, name));
if (values.help || unknown.length > 0 || !/^[1-9]\d?$/.test(values.concurrency)) {
  console.log(usage);
  process.exit(values.help ? 0 : 1);
}

const list = readList(readFileSync(listFile, 'utf8'));
for (const name of chosen) {
  const verdict = judge(await run(name, areas[name] as Area), list);
  show(name, verdict);
  if (verdict.unexplained.length > 0) process.exitCode = 1;
}

async function run(name: string, { mutate, tests }: Area): Promise<Report> {
  const directory = mkdtempSync(join(tmpdir(), 'trellis-mutants-'));
  const [settings, report] = [join(directory, 'stryker.json'), join(directory, 'report.json')];
  try {
    writeFileSync(
      settings,
      JSON.stringify({
        mutate,
        tests,
        testRunner: 'warm-mocha',
        plugins: [fileURLToPath(new URL('runner.ts', import.meta.url))],
        coverageAnalysis: 'perTest',
        concurrency: Number(values.concurrency),
        ignorePatterns: ['**', '!app/**', '!contract/**', '!local/**', '!test/**', '!package.json'],
        tempDirName: `.trellis/mutants-${name}`,
        reporters: ['json', 'progress-append-only'],
        jsonReporter: { fileName: report },
        disableTypeChecks: false,
        allowEmpty: false,
        timeoutMS: 20_000,
      }),
    );
    const child = spawn('npx', ['--yes', '--package', stryker, '--', 'stryker', 'run', settings], {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    const [code] = await once(child, 'exit');
    if (code !== 0) throw new Error(`Stryker ended with ${code}`);
    return JSON.parse(readFileSync(report, 'utf8')) as Report;
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function show(name: string, { mutants, killed, explained, unexplained, outdated }: Verdict): void {
  const score = ((100 * killed) / mutants).toFixed(1);
  console.log(
    `\n${name}: ${killed} of ${mutants} mutants killed (${score} %), ${explained} survivors explained`,
  );
  for (const survivor of unexplained) console.log(`  survived  ${survivor}`);
  for (const line of outdated) console.log(`  killed, or gone, so take it off the list  ${line}`);
}
