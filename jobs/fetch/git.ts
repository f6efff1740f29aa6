import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { Refusal } from '../runtime/run-job.ts';
import type { FetchLimits } from './limits.ts';

/** KiB of address space. A small pack can hold deltas that unpack to more than the memory. */
const maxMemory = 4 * 2 ** 20;
/** The last characters of git's output that are kept. */
const maxWords = 4000;
const noConfiguration = '/dev/null';

/**
 * A bare repository that git fills with one commit. git never checks files out here, so paths, links, filters and
 * attributes of the repository have no effect. Hooks, submodules, credentials, redirects, the host's own configuration
 * and all protocols but the allowed ones are off.
 */
export class Git {
  readonly #directory: string;
  readonly #protocols: string;
  readonly #limits: FetchLimits;

  constructor(directory: string, options: { fileUrls: boolean; limits: FetchLimits }) {
    this.#directory = directory;
    this.#protocols = options.fileUrls ? 'https:file' : 'https';
    this.#limits = options.limits;
  }

  /** Fetches one commit, without its history. @returns its id. @throws Refusal with git's own reason. */
  async fetch(url: string, ref: string): Promise<string> {
    await this.#output(['init', '--quiet', '--bare', '--template=', '.']);
    const options = [
      '--quiet',
      '--depth=1',
      '--no-tags',
      '--no-recurse-submodules',
      '--no-write-commit-graph',
    ];
    const configuration = await this.#trust(url);
    // After `--` git reads no options, so a URL that begins with a dash is harmless.
    const fetch = this.#output(['fetch', ...options, '--', url, ref], {
      seconds: this.#limits.seconds,
      configuration,
    });
    await fetch.catch((error: GitError) => {
      throw new Refusal(reasonOf(error, this.#packIsFull(), this.#limits));
    });
    return (await this.#output(['rev-parse', '--verify', '--quiet', 'FETCH_HEAD^{commit}'])).trim();
  }

  /**
   * Writes a configuration for this fetch that names the local repository as safe, since git refuses one that belongs to
   * another user. An option (`-c`) would not reach the process that git starts to read it.
   * @returns the path of the configuration
   */
  async #trust(url: string): Promise<string> {
    if (!url.startsWith('file:')) return noConfiguration;
    const configuration = join(this.#directory, 'trusted');
    const path = realpath(fileURLToPath(url));
    // git compares the directory with the repository's data: `.git` in a checkout, or the bare repository itself.
    for (const each of [path, join(path, '.git'), `${path}.git`])
      await this.#output(['config', '--file', configuration, '--add', 'safe.directory', each]);
    return configuration;
  }

  /** Whether git ended because its pack reached the limit; its own message does not say so. */
  #packIsFull(): boolean {
    const directory = join(this.#directory, 'objects', 'pack');
    const sizes = readdirSync(directory).map((name) => statSync(join(directory, name)).size);
    return sizes.some((size) => size >= this.#limits.packBytes);
  }

  /** Starts a git command, for callers that read its output as it comes. The caller must end it. */
  start(
    args: readonly string[],
    configuration = noConfiguration,
  ): ChildProcessByStdio<Writable, Readable, Readable> {
    const fixed = [
      'core.hooksPath=/dev/null',
      'core.askPass=true',
      'credential.helper=',
      'http.followRedirects=false',
      'http.lowSpeedLimit=1000',
      'http.lowSpeedTime=30',
      'fetch.unpackLimit=1',
      'pack.threads=1',
      'gc.auto=0',
      'maintenance.auto=false',
    ].flatMap((setting) => ['-c', setting]);
    // The kernel enforces these limits at every write and allocation, which checks between them could not. POSIX counts
    // the size of files in blocks of 512 bytes.
    const limited = `ulimit -f ${Math.ceil(this.#limits.packBytes / 512)}; ulimit -v ${maxMemory}; exec git "$@"`;
    return spawn('/bin/sh', ['-c', limited, 'git', ...fixed, ...args], {
      cwd: this.#directory,
      stdio: ['pipe', 'pipe', 'pipe'],
      env: {
        PATH: process.env.PATH,
        HOME: this.#directory,
        LC_ALL: 'C',
        GIT_DIR: this.#directory,
        GIT_CONFIG_NOSYSTEM: '1',
        GIT_CONFIG_GLOBAL: configuration,
        GIT_ATTR_NOSYSTEM: '1',
        GIT_TERMINAL_PROMPT: '0',
        GIT_ALLOW_PROTOCOL: this.#protocols,
        GIT_LFS_SKIP_SMUDGE: '1',
      },
    });
  }

  async #output(
    args: readonly string[],
    { seconds = 30, configuration = noConfiguration } = {},
  ): Promise<string> {
    const child = this.start(args, configuration);
    child.stdin.end();
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      child.kill('SIGKILL');
    }, seconds * 1000);
    let words = '';
    let output = '';
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      words = (words + chunk).slice(-maxWords);
    });
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      output = (output + chunk).slice(-maxWords);
    });
    const [code, signal] = await once(child, 'close').finally(() => clearTimeout(timer));
    if (code === 0) return output;
    throw new GitError(args[0] as string, { words, timedOut, end: code ?? signal });
  }
}

/** A path that does not exist is returned as it is: git then says that it is not there. */
function realpath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

class GitError extends Error {
  readonly words: string;
  readonly timedOut: boolean;

  constructor(command: string, end: { words: string; timedOut: boolean; end: number | string }) {
    super(`git ${command} ended with ${end.end}: ${end.words}`);
    this.words = end.words;
    this.timedOut = end.timedOut;
  }
}

function reasonOf(error: GitError, packIsFull: boolean, limits: FetchLimits): string {
  if (error.timedOut) return `the repository did not arrive within ${limits.seconds} s`;
  if (packIsFull) return `the repository is too large: its pack has more than ${mebibytes(limits.packBytes)}`;
  if (
    /could not read Username|Authentication failed|repository .*not found|does not (exist|appear)/i.test(
      error.words,
    )
  )
    return 'there is no such repository, or it is not public';
  if (/couldn't find remote ref|not our ref|no such remote ref/i.test(error.words))
    return 'the repository has no such branch, tag or commit';
  if (/unable to update url base from redirection|redirect/i.test(error.words))
    return 'the repository has moved; give its new URL';
  const fatal = error.words.split('\n').find((line) => line.startsWith('fatal: ')) ?? 'fatal: git failed';
  return `the repository could not be fetched: ${fatal.slice('fatal: '.length)}`;
}

export function mebibytes(bytes: number): string {
  return `${Math.floor(bytes / 2 ** 20)} MiB`;
}
