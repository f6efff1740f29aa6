import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { exitCodes, Misuse, runCommand, wholeNumber } from '../../scripts/command.ts';
import { type Area, areas } from './areas.ts';
import { judge, type Report, readList, type Verdict } from './report.ts';

/** Not a dependency of the project: it would bring 144 packages for one drill. */
const stryker = '@stryker-mutator/core@10.0.0';
const root = fileURLToPath(new URL('../..', import.meta.url));
const listFile = fileURLToPath(new URL('survivors.jsonl', import.meta.url));

await runCommand({
  name: 'npm run mutants',
  help: `-- [--concurrency <n>] [area …]

Changes the code in small ways, one at a time, and runs the tests on each: a change that no test notices shows what is
not tested.

Areas: ${Object.keys(areas).join(', ')} (default: all)
  --concurrency <n>  mutants at a time (default: 2)
  --help

Exit codes: 0 every survivor is explained in test/mutants/survivors.jsonl, 1 one is not, 2 called wrongly.`,
  options: { concurrency: { type: 'string', default: '2' } },
  positionals: true,
  run: async (values, names) => {
    const concurrency = wholeNumber('--concurrency', values.concurrency, 1, 99);
    const chosen = names.length > 0 ? names : Object.keys(areas);
    const unknown = chosen.filter((name) => !Object.hasOwn(areas, name));
    if (unknown.length > 0) throw new Misuse(`no area is called ${unknown.join(', ')}`);
    const list = readList(readFileSync(listFile, 'utf8'));
    let isExplained = true;
    for (const name of chosen) {
      const verdict = judge(await run(name, areas[name] as Area, concurrency), list);
      show(name, verdict);
      if (verdict.unexplained.length > 0) isExplained = false;
    }
    return isExplained ? exitCodes.done : exitCodes.failed;
  },
});

async function run(name: string, { mutate, tests }: Area, concurrency: number): Promise<Report> {
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
        concurrency,
        ignorePatterns: [
          '**',
          '!app/**',
          '!contract/**',
          '!data/**',
          '!jobs/**',
          '!local/**',
          '!scripts/**',
          '!test/**',
          '!package.json',
        ],
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
