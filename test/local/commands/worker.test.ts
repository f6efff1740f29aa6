import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { runScript } from '../../support/run-script.ts';
import { together } from '../../support/together.ts';

describe('npm run worker', function () {
  this.timeout(60_000);
  const state = mkdtempSync(join(tmpdir(), 'trellis-worker-'));
  after(() => rmSync(state, { recursive: true }));
  const worker = (...args: string[]) => runScript('local/commands/worker.ts', [...args, '--state', state]);
  const test = together(2);

  test('says what it is called with', async () => {
    const { output, code } = await worker('--help');
    expect(output).to.match(/^npm run worker -- <directory> \[options\] \[-- <command>\.\.\.\]/);
    expect(code).to.equal(0);
  });

  for (const [args, problem] of [
    [[], 'name the directory of a Pulumi program, such as examples/orders'],
    [['examples/orders', '--max', '0'], '--max must be a whole number from 1, not "0"'],
    [['examples/orders', '--env', 'TOKEN'], '--env must be NAME=value, not "TOKEN"'],
  ] as const)
    test(`refuses ${args.join(' ') || 'no program'}`, async () => {
      const { errors, code } = await worker(...args);
      expect(errors).to.equal(`${problem} (all options: npm run worker -- --help)\n`);
      expect(code).to.equal(2);
    });

  test('says so when there is no program', async () => {
    const { errors, code } = await worker('docs');
    expect(errors).to.match(/^there is no Pulumi\.yaml in .*docs\n$/);
    expect(code).to.equal(1);
  });
});
