import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** A git repository of a test's own. */
export interface Repository {
  readonly directory: string;
  readonly url: string;
  git(args: readonly string[], input?: string | Buffer): string;
  write(path: string, content: string | Buffer): void;
  link(path: string, target: string): void;
  commit(): string;
  /** A commit of a tree that git itself would not make: `git mktree` takes lines as they are. */
  commitTree(tree: string): string;
  remove(): void;
}

const identity = {
  GIT_AUTHOR_NAME: 't',
  GIT_AUTHOR_EMAIL: 't@t',
  GIT_COMMITTER_NAME: 't',
  GIT_COMMITTER_EMAIL: 't@t',
};

export function makeRepository(files: Readonly<Record<string, string | Buffer>> = {}): Repository {
  const directory = mkdtempSync(join(tmpdir(), 'trellis-repo-'));
  const env = { PATH: process.env.PATH, HOME: directory, GIT_CONFIG_NOSYSTEM: '1', ...identity };
  const git = (args: readonly string[], input: string | Buffer = '') =>
    execFileSync('git', [...args], { cwd: directory, env, input, stdio: ['pipe', 'pipe', 'pipe'] })
      .toString()
      .trim();
  const write = (path: string, content: string | Buffer) => {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), content);
  };
  git(['init', '--quiet', '--initial-branch=main']);
  for (const [path, content] of Object.entries(files)) write(path, content);
  const commit = () => {
    git(['add', '--all', '--force']);
    git(['commit', '--quiet', '--allow-empty', '--no-verify', '-m', 'c']);
    return git(['rev-parse', 'HEAD']);
  };
  if (Object.keys(files).length > 0) commit();
  return {
    directory,
    url: pathToFileURL(directory).href,
    git,
    write,
    link: (path, target) => {
      mkdirSync(dirname(join(directory, path)), { recursive: true });
      symlinkSync(target, join(directory, path));
    },
    commit,
    commitTree: (tree) => {
      const id = git(['commit-tree', tree, '-m', 'c']);
      git(['update-ref', 'refs/heads/main', id]);
      return id;
    },
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}

/** Put together here, so that no scanner takes this file for a leak. */
export const slackWebhook = [
  'https://hooks.slack.com',
  'services',
  'T00000001',
  'B00000002',
  'abcdefghijklmnopqrstuvwx',
].join('/');
const keyLines = Array.from(
  { length: 13 },
  (_, i) => `MIIEpAIBAAKCAQEA0Z3VS5JJcds3xfn${i % 10}ygWyF8PbnGy0AHB7MbzYLdZ7ZvVy7F7V`,
);
export const privateKey = [
  `-----BEGIN RSA ${'PRIVATE'} KEY-----`,
  ...keyLines,
  `-----END RSA ${'PRIVATE'} KEY-----`,
  '',
].join('\n');
