import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { withCommit } from '../../../stacks/changes/checkout.ts';
import { projectDirectory } from '../../../stacks/plan/configuration.ts';

let repository: string;
const children: ChildProcess[] = [];
const git = (...args: string[]) => execFileSync('git', args, { cwd: repository, encoding: 'utf8' });

/** A process that has checked HEAD out, and where. It goes on until it is ended. */
async function working(): Promise<{ child: ChildProcess; directory: string }> {
  const script = `
    import { withCommit } from './stacks/changes/checkout.ts';
    await withCommit(process.argv[1], 'HEAD', (directory) => {
      console.log(directory);
      return new Promise((resolve) => setInterval(resolve, 2 ** 30));
    });`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script, repository], {
    cwd: projectDirectory,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const [chunk] = await once(child.stdout.setEncoding('utf8'), 'data');
  return { child, directory: chunk.trim() };
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<unknown> {
  const ended = once(child, 'exit');
  child.kill(signal);
  const [, by] = await ended;
  return by;
}

describe('the files of a commit', function () {
  this.timeout(30_000);
  before(() => {
    repository = mkdtempSync(join(tmpdir(), 'repository-'));
    writeFileSync(join(repository, 'program.ts'), 'deploy();');
    git('init', '--quiet');
    git('add', '.');
    git('-c', 'user.name=a', '-c', 'user.email=a@example.com', 'commit', '--quiet', '--message', 'Begin');
  });
  after(() => {
    for (const child of children) child.kill('SIGKILL');
    rmSync(repository, { recursive: true });
  });

  it('are there while they are worked with, and the repository knows nothing of it', async () => {
    const before = [git('worktree', 'list'), git('status', '--porcelain')];
    const seen = await withCommit(repository, 'HEAD', async (directory) => {
      expect([git('worktree', 'list'), git('status', '--porcelain')]).to.deep.equal(before);
      return { directory, text: readFileSync(join(directory, 'program.ts'), 'utf8') };
    });
    expect(seen.text).to.equal('deploy();');
    expect(existsSync(join(seen.directory, '..'))).to.equal(false);
  });

  it('go when the work fails, and when a signal ends the process', async () => {
    let left = '';
    const failed = await withCommit(repository, 'HEAD', async (directory) => {
      left = directory;
      throw new Error('no program');
    }).catch(({ message }) => message);
    expect([failed, existsSync(join(left, '..'))]).to.deep.equal(['no program', false]);
    const { child, directory } = await working();
    expect(existsSync(directory)).to.equal(true);
    expect(await end(child, 'SIGTERM')).to.equal('SIGTERM');
    expect(existsSync(join(directory, '..'))).to.equal(false);
  });

  it('of a process that was killed go with the next one, and those of one that works stay', async () => {
    const [killed, busy] = await Promise.all([working(), working()]);
    await end(killed.child, 'SIGKILL');
    expect(existsSync(killed.directory)).to.equal(true);
    await withCommit(repository, 'HEAD', async () => undefined);
    expect(existsSync(join(killed.directory, '..'))).to.equal(false);
    expect(existsSync(busy.directory)).to.equal(true);
    await end(busy.child, 'SIGTERM');
  });

  it('are refused for what is no commit, an option among others', async () => {
    for (const commit of ['no-such-commit', '--all', 'HEAD:program.ts']) {
      const failed = await withCommit(repository, commit, async () => undefined).catch(() => 'refused');
      expect(failed, commit).to.equal('refused');
    }
  });
});
