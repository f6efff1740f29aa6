import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { foresee } from '../../../stacks/changes/foresee.ts';
import { projectDirectory } from '../../../stacks/plan/configuration.ts';

describe('a comparison with a commit', function () {
  this.timeout(60_000);
  let repository: string;
  const { GIT_DIR } = process.env;
  before(() => {
    repository = mkdtempSync(join(tmpdir(), 'commits-'));
    execFileSync('git', ['init', '--quiet', repository]);
    for (const file of ['Pulumi.yaml', 'Pulumi.dev.yaml', 'package-lock.json']) {
      copyFileSync(join(projectDirectory, file), join(repository, file));
    }
    writeFileSync(join(repository, 'package.json'), '{"type": "module", "main": "program.js"}');
    // Git then looks for commits there, from wherever it runs.
    process.env.GIT_DIR = join(repository, '.git');
  });
  after(() => {
    if (GIT_DIR === undefined) delete process.env.GIT_DIR;
    else process.env.GIT_DIR = GIT_DIR;
    rmSync(repository, { recursive: true });
  });

  /** What the comparison says when the commit has this program. */
  async function answerTo(program: string): Promise<string> {
    writeFileSync(join(repository, 'program.js'), program);
    const git = (...args: string[]) =>
      execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.com', ...args], {
        cwd: repository,
      });
    git('--work-tree=.', 'add', '.');
    git('--work-tree=.', 'commit', '--quiet', '--message', 'Change');
    try {
      return `${(await foresee('dev', [], 'HEAD')).changes.length} changes`;
    } catch (error) {
      return (error as Error).message;
    }
  }

  it('fails when its program has no resources, and does not call all of them new', async () => {
    expect(await answerTo('export const region = 1;')).to.equal(
      'the program of the commit HEAD has no resources, so that nothing can be compared with it',
    );
  });

  it('fails when its program ends early or logs an error, although that exits 0', async () => {
    expect(await answerTo('await new Promise(() => undefined);')).to.match(
      /program ended before it had registered its resources/,
    );
    const logged = "import pulumi from '@pulumi/pulumi'; await pulumi.log.error('no such zone');";
    expect(await answerTo(logged)).to.match(/program failed: no such zone$/);
  });
});
