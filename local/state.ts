import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { environment } from '../contract/environment.ts';

/** What runs from a state directory at the moment, so that a second start and the command-line tools find it. */
export interface Run {
  readonly pid: number;
  readonly url: string;
  /** Processes that a killed run may have left behind, by the name of their program. */
  readonly children: Readonly<Record<string, number>>;
}

export const defaultStateDirectory = '.trellis';

/** The directory that keeps the laptop's data, API key and logs between runs. */
export class State {
  /** Absolute, since jobs get paths in it and run git elsewhere. */
  readonly directory: string;

  constructor(directory: string) {
    this.directory = resolve(directory);
    mkdirSync(this.directory, { recursive: true, mode: 0o700 });
  }

  path(name: string): string {
    return join(this.directory, name);
  }

  /** Deletes everything but the directory itself and the API key, which other terminals may have exported. */
  forget(): void {
    for (const name of ['data', 'jobs', 'service.log'])
      rmSync(this.path(name), { recursive: true, force: true });
  }

  /** Where emulators keep their data. */
  get data(): string {
    const directory = this.path('data');
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    return directory;
  }

  /** The key from the environment, else one that is made once and kept, readable by the user alone. */
  apiKey(): string {
    const given = process.env[environment.apiKey];
    if (given) return given;
    const file = this.path('api-key');
    if (!existsSync(file)) this.#write('api-key', randomBytes(24).toString('base64url'));
    return readFileSync(file, 'utf8').trim();
  }

  /** The run that holds this directory, if it is alive. */
  currentRun(): Run | undefined {
    const run = this.#lastRun();
    return run && isAlive(run.pid) ? run : undefined;
  }

  recordRun(url: string): void {
    this.#write('run.json', JSON.stringify({ pid: process.pid, url, children: {} } satisfies Run));
  }

  /** Notes a process of this run, which the next start ends should this run be killed. */
  recordChild(program: string, pid: number): void {
    const run = this.#lastRun();
    if (run)
      this.#write('run.json', JSON.stringify({ ...run, children: { ...run.children, [program]: pid } }));
  }

  /** Ends what a run that was killed left behind, but only processes that still are what they were. */
  endLeftovers(): void {
    const run = this.#lastRun();
    for (const [program, pid] of Object.entries(run?.children ?? {})) {
      if (commandLine(pid).includes(program)) process.kill(pid, 'SIGKILL');
    }
    this.endRun();
  }

  endRun(): void {
    rmSync(this.path('run.json'), { force: true });
  }

  #lastRun(): Run | undefined {
    try {
      return JSON.parse(readFileSync(this.path('run.json'), 'utf8')) as Run;
    } catch {
      return undefined;
    }
  }

  /** Whole or not at all: a reader never sees half a file. */
  #write(name: string, text: string): void {
    const temporary = this.path(`${name}.${process.pid}`);
    writeFileSync(temporary, text, { mode: 0o600 });
    renameSync(temporary, this.path(name));
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}
