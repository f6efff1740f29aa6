import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import { fetchSource } from '../../../jobs/fetch/fetch.ts';
import { type FetchLimits, fetchLimits } from '../../../jobs/fetch/limits.ts';
import { Refusal } from '../../../jobs/runtime/run-job.ts';
import { makeRepository, type Repository } from '../../support/repository.ts';
import { memoryJob } from './memory-objects.ts';

const rules = { hosts: ['github.com'], fileUrls: true };

const made: Repository[] = [];

function repository(files: Record<string, string | Buffer> = {}): Repository {
  const created = makeRepository(files);
  made.push(created);
  return created;
}

async function fetched(given: Record<string, unknown>, limits: Partial<FetchLimits> = {}) {
  const { job, files, stored } = memoryJob(given);
  const { result, facts } = await fetchSource(job, rules, { ...fetchLimits, ...limits });
  return { result: result as Record<string, unknown>, facts, files: await files(), stored };
}

async function refusal(given: Record<string, unknown>, limits: Partial<FetchLimits> = {}): Promise<string> {
  return fetched(given, limits).then(
    () => 'it was fetched',
    (error) => {
      expect(error, String(error.stack)).to.be.instanceOf(Refusal);
      return error.message;
    },
  );
}

describe('the fetch job', function () {
  this.timeout(30_000);
  after(() => {
    for (const created of made) created.remove();
  });

  it('brings the files of a commit, and tells which it was', async () => {
    const source = repository({ 'a.txt': 'one\n', 'dir/ü x.bin': Buffer.from([0, 255, 10]), empty: '' });
    source.link('inside', 'dir/../a.txt');
    const commit = source.commit();
    const { facts, files, result } = await fetched({ repository_url: source.url });
    expect(facts).to.deep.include({ commit, files: 3, skipped: 0 });
    expect(Object.keys(files).sort()).to.deep.equal(['a.txt', 'dir/ü x.bin', 'empty']);
    expect(files['a.txt']).to.equal('one\n');
    expect(result.links).to.equal(1);
  });

  it('fetches repositories of the machine that another user owns', async () => {
    const source = repository({ a: '1' });
    const bare = join(source.directory, 'ü "x".git');
    source.git(['clone', '--quiet', '--bare', '.', bare]);
    // git's own way to test this, since to give files away takes another user's rights.
    const tools = join(source.directory, 'tools');
    mkdirSync(tools);
    const git = execFileSync('/bin/sh', ['-c', 'command -v git']).toString().trim();
    writeFileSync(join(tools, 'git'), `#!/bin/sh\nGIT_TEST_ASSUME_DIFFERENT_OWNER=1 exec ${git} "$@"\n`, {
      mode: 0o755,
    });
    const { PATH } = process.env;
    process.env.PATH = `${tools}:${PATH}`;
    try {
      const urls = [source.url, `${source.url}/.git`, pathToFileURL(bare).href];
      for (const url of [...urls, pathToFileURL(bare.replace(/\.git$/, '')).href])
        expect((await fetched({ repository_url: url })).files, url).to.deep.equal({ a: '1' });
      // Without the exception git refuses, or this would prove nothing.
      const env = { PATH: process.env.PATH, HOME: source.directory, GIT_CONFIG_NOSYSTEM: '1' };
      expect(() => execFileSync('git', ['ls-remote', source.url], { env, stdio: 'pipe' })).to.throw(
        'dubious ownership',
      );
    } finally {
      process.env.PATH = PATH;
    }
  });

  it('takes branches, tags and commits, and nothing that is not there', async () => {
    const source = repository({ a: '1' });
    const first = source.git(['rev-parse', 'HEAD']);
    source.git(['tag', '-a', 'v1', '-m', 'annotated']);
    source.git(['checkout', '--quiet', '-b', 'other']);
    source.write('a', '2');
    const second = source.commit();
    const at = async (ref: string) => (await fetched({ repository_url: source.url, ref })).facts?.commit;
    expect([await at('v1'), await at('main'), await at('other'), await at(second)]).to.deep.equal([
      first,
      first,
      second,
      second,
    ]);
    expect(await refusal({ repository_url: source.url, ref: 'gone' })).to.match(
      /no such branch, tag or commit/,
    );
    expect(await refusal({ repository_url: `${source.url}-gone` })).to.match(/no such repository/);
    expect(await refusal({ repository_url: source.url, ref: '--upload-pack=x' })).to.match(
      /^the ref must be/,
    );
    expect(await refusal({ repository_url: 'ext::sh' })).to.match(/^the URL of the repository must begin/);
  });

  it('makes the same archive of the same commit', async () => {
    const source = repository({ a: '1', b: '2' });
    const archive = async () =>
      (await fetched({ repository_url: source.url })).stored.get('scans/s/source.tar');
    expect((await archive())?.equals((await archive()) as Buffer)).to.equal(true);
  });

  it('runs nothing of the repository, nor of its configuration, hooks, filters and attributes', async () => {
    const source = repository({ 'secret.txt': 'kept' });
    const proof = join(source.directory, 'ran');
    const run = `touch ${proof}`;
    for (const hook of ['post-checkout', 'post-merge', 'reference-transaction', 'upload-pack', 'pre-auto-gc'])
      source.write(`.git/hooks/${hook}`, `#!/bin/sh\n${run}\n`);
    source.git(['config', 'filter.evil.smudge', run]);
    source.git(['config', 'core.fsmonitor', run]);
    source.git(['config', 'uploadpack.packObjectsHook', run]);
    source.git(['config', 'core.sshCommand', run]);
    source.git(['config', 'credential.helper', `!${run}`]);
    // export-ignore would hide a file from an archive, export-subst would change one.
    source.write('.gitattributes', '* filter=evil\nsecret.txt export-ignore\n');
    source.write('.gitmodules', '[submodule "x"]\n\tpath = x\n\turl = ext::sh -c touch\n\tupdate = !touch\n');
    source.write('package.json', JSON.stringify({ scripts: { preinstall: run, prepare: run } }));
    source.git(['-c', 'filter.evil.smudge=', '-c', 'core.fsmonitor=', 'add', '--all', '--force']);
    source.git(['-c', 'core.fsmonitor=', '-c', 'core.hooksPath=/dev/null', 'commit', '--quiet', '-m', 'c']);
    const { files } = await fetched({ repository_url: source.url });
    expect(existsSync(proof)).to.equal(false);
    expect(Object.keys(files).sort()).to.deep.equal([
      '.gitattributes',
      '.gitmodules',
      'package.json',
      'secret.txt',
    ]);
  });

  it('does not fetch submodules', async () => {
    const inner = repository({ deep: 'x' });
    const source = repository({ a: '1' });
    // What `git submodule add` writes, without the shell tools that it needs.
    source.write('.gitmodules', `[submodule "sub"]\n\tpath = sub\n\turl = ${inner.url}\n`);
    mkdirSync(join(source.directory, 'sub'));
    source.git(['update-index', '--add', '--cacheinfo', `160000,${inner.git(['rev-parse', 'HEAD'])},sub`]);
    source.commit();
    const { files, result } = await fetched({ repository_url: source.url });
    expect(Object.keys(files).sort()).to.deep.equal(['.gitmodules', 'a']);
    expect(result.skipped).to.deep.equal([{ path: 'sub', reason: 'it is a submodule' }]);
  });

  for (const target of ['/etc/passwd', '../outside', 'dir/../../outside', '..'])
    it(`refuses a symbolic link to ${target}`, async () => {
      const source = repository({ a: '1' });
      source.link('dir/link', target.startsWith('/') ? target : `../${target}`);
      source.commit();
      expect(await refusal({ repository_url: source.url })).to.match(
        /symbolic link that leads out.*dir\/link/,
      );
    });

  for (const [name, words] of [
    ['new\nline', 'control character'],
    ['esc\u001b[31m', 'control character'],
  ] as const)
    it(`refuses the file name ${JSON.stringify(name)}`, async () => {
      const source = repository({ a: '1', [name]: 'x' });
      expect(await refusal({ repository_url: source.url }))
        .to.include(words)
        .and.include(JSON.stringify(name));
    });

  it('refuses trees that git itself would not make', async () => {
    const source = repository({ a: '1' });
    const blob = source.git(['rev-parse', 'HEAD:a']);
    const inner = source.git(['mktree', '-z'], `100644 blob ${blob}\tx\0`);
    // Written as an object of its own, since mktree has its own ideas of names.
    const entry = (mode: string, name: string, id: string) =>
      Buffer.concat([Buffer.from(`${mode} ${name}\0`), Buffer.from(id, 'hex')]);
    for (const [name, reason] of [
      ['..', 'leaves its folder'],
      ['.git', 'belongs to git'],
      ['.GIT', 'belongs to git'],
    ] as const) {
      const tree = source.git(
        ['hash-object', '-t', 'tree', '-w', '--stdin', '--literally'],
        entry('40000', name, inner),
      );
      source.commitTree(tree);
      expect(await refusal({ repository_url: source.url }), name).to.include(reason);
    }
  });

  it('refuses what has too many files, before it has read all of their names', async () => {
    const source = repository({ a: '1' });
    const blob = source.git(['rev-parse', 'HEAD:a']);
    const names = Array.from({ length: 1000 }, (_, i) => `n${i}`);
    const leaf = source.git(['mktree'], names.map((name) => `100644 blob ${blob}\t${name}\n`).join(''));
    // A thousand folders of the same thousand files: a million, of three objects.
    const root = source.git(['mktree'], names.map((name) => `040000 tree ${leaf}\t${name}\n`).join(''));
    source.commitTree(root);
    expect(await refusal({ repository_url: source.url })).to.equal(
      'the repository has more than 100000 files',
    );
  });

  it('refuses what is too large, packed or unpacked', async () => {
    const source = repository({ zeros: Buffer.alloc(3 * 2 ** 20) });
    expect(await refusal({ repository_url: source.url }, { bytes: 2 ** 20 })).to.match(
      /too large: its files/,
    );
    const noise = Buffer.alloc(2 ** 20);
    for (let i = 0, x = 1; i < noise.length; i++) {
      x = (x * 48_271) % 2_147_483_647;
      noise[i] = x;
    }
    source.write('noise', noise);
    source.commit();
    expect(await refusal({ repository_url: source.url }, { packBytes: 2 ** 19 })).to.match(
      /too large: its pack/,
    );
  });

  it('leaves out single files that are too large, and says so', async () => {
    const source = repository({ small: 'x', large: Buffer.alloc(5 * 2 ** 20) });
    const { files, result } = await fetched({ repository_url: source.url });
    expect(Object.keys(files)).to.deep.equal(['small']);
    expect(result.skipped).to.deep.equal([{ path: 'large', reason: 'it has more than 4 MiB' }]);
  });

  it('gives up a server that does not answer', async () => {
    const source = repository({ a: '1' });
    expect(await refusal({ repository_url: source.url }, { seconds: 0 })).to.match(
      /did not arrive within 0 s/,
    );
  });

  it('keeps nothing on its disk', async () => {
    const directory = join(repository({ a: '1' }).directory, 'tmp');
    mkdirSync(directory);
    writeFileSync(join(directory, 'keep'), '');
    const before = process.env.TMPDIR;
    process.env.TMPDIR = directory;
    try {
      await fetched({ repository_url: made.at(-1)?.url });
    } finally {
      if (before === undefined) delete process.env.TMPDIR;
      else process.env.TMPDIR = before;
    }
    const { readdirSync } = await import('node:fs');
    expect(readdirSync(directory)).to.deep.equal(['keep']);
  });
});
