import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { freePort } from '../support/free-port.ts';
import { runScript, runUnread } from '../support/run-script.ts';
import { together } from '../support/together.ts';

const { scripts } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  scripts: Record<string, string>;
};
const ours = Object.entries(scripts).flatMap(([name, script]) => {
  const program = /^(?:exec )?node (\S+\.ts)/.exec(script)?.[1];
  return program ? [[name, program] as const] : [];
});

describe('a command of package.json', function () {
  this.timeout(60_000);
  const directory = mkdtempSync(join(tmpdir(), 'trellis-commands-'));
  after(() => rmSync(directory, { recursive: true }));

  const test = together(2);

  it('is known to these tests', () => {
    expect(ours.map(([name]) => name)).to.include.members(['start', 'upload', 'plan', 'load']);
  });

  for (const [name, program] of ours) {
    test(`explains itself and refuses an unknown option: ${name}`, async () => {
      const [help, refused] = await Promise.all([
        runScript(program, ['--help']),
        runScript(program, ['--no-such-option']),
      ]);
      expect(help).to.include({ errors: '', code: 0 });
      // `dev` is an option of `start`.
      expect(help.output).to.include(name === 'start' ? 'npm start' : `npm run ${name}`);
      expect(help.output).to.match(/^Exit codes: 0 .+ 1 .+ 2 /m);
      expect(refused).to.include({ output: '', code: 2 });
      expect(refused.errors).to.match(/^Unknown option '--no-such-option' .*--help\)\n$/);
    });
  }

  for (const [program, ...args] of [
    ['stacks/main.ts', '--settings'],
    ['stacks/main.ts', '--stack', 'dev', '--json'],
    ['local/commands/sample/main.ts', '--rows', '1', '--out', directory],
    ['bench/load/main.ts', '--url', 'http://127.0.0.1:9', '--dry-run'],
  ] as [string, ...string[]][]) {
    test(`ends quietly when its reader goes away: ${program} ${args[0]}`, async () => {
      expect(await runUnread(program, args)).to.deep.equal({ errors: '', code: 0 });
    });
  }

  test('refuses a number that is none, in one line that names the option', async () => {
    for (const [program, args, message] of [
      [
        'local/commands/sample/main.ts',
        ['--rows', 'many'],
        '--rows must be a whole number from 1, not "many"',
      ],
      ['local/commands/sample/main.ts', ['--seed', ''], '--seed must be a whole number from 1, not ""'],
      [
        'local/commands/scan.ts',
        ['.', '--findings', '101'],
        '--findings must be a whole number from 0 to 100, not "101"',
      ],
      [
        'local/commands/sample/main.ts',
        ['--from', 'monday'],
        '--from must be a day, YYYY-MM-DD, not "monday"',
      ],
      ['bench/load/main.ts', ['--url', 'localhost'], '--url localhost: must be an origin'],
      ['local/commands/seed.ts', ['--url', 'localhost'], '--url must be a URL such as'],
      [
        'local/commands/seed.ts',
        ['--url', 'http://example.com'],
        'TRELLIS_API_KEY must hold the API key of http://ex',
      ],
      ['stacks/main.ts', [], 'which stack?'],
      ['stacks/main.ts', ['--stack', 'dev', '--picture', '--json'], '--picture and --json exclude'],
    ] as [string, string[], string][]) {
      const { output, errors, code } = await runScript(program, args, { HOME: directory });
      expect({ output, code }, program).to.deep.equal({ output: '', code: 2 });
      expect(errors.trim().split('\n')).to.have.length(1);
      expect(errors).to.include(message);
    }
  });

  test('says why a system does not answer', async () => {
    const port = await freePort();
    const { errors, code } = await runScript(
      'local/commands/seed.ts',
      ['--url', `http://127.0.0.1:${port}`],
      {
        TRELLIS_API_KEY: 'key',
      },
    );
    expect({ errors, code }).to.deep.equal({
      errors: `fetch failed: connect ECONNREFUSED 127.0.0.1:${port}\n`,
      code: 1,
    });
  });

  test('gives its result as JSON: sample', async () => {
    const { output, errors } = await runScript('local/commands/sample/main.ts', [
      ...['--rows', '3', '--out', join(directory, 'three'), '--json'],
    ]);
    expect(errors).to.equal('');
    const files = JSON.parse(output) as { kind: string; path: string; bytes: number }[];
    expect(files.map(({ kind }) => kind)).to.deep.equal(['regions', 'ports', 'prices']);
    for (const { path, bytes } of files) expect(readFileSync(path).length).to.equal(bytes);
  });

  test('gives its result as JSON: a dry run of the load', async () => {
    const { output } = await runScript('bench/load/main.ts', [
      ...['--url', 'http://127.0.0.1:9', '--rate', '5', '--duration', '10s', '--dry-run', '--json'],
    ]);
    expect(JSON.parse(output)).to.include({ url: 'http://127.0.0.1:9', seconds: 10, requests: 50 });
  });
});
