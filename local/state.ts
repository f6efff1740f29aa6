import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { environment } from '../contract/environment.ts';

/** What runs from a state directory at the moment, so that a second start and the command-line tools find it. */
export interface Run {
  readonly pid: number;
  /** ISO 8601. */
  readonly since: string;
  /** Once it has its port. */
  readonly url?: string;
}

/** SQLite's code for a file that another process has locked. */
const sqliteBusy = 5;

export const defaultStateDirectory = '.trellis';

/** The directory that keeps the laptop's data, API key and logs between runs. */
export class State {
  /** Absolute, since jobs get paths in it and run git elsewhere. */
  readonly directory: string;
  #lock: DatabaseSync | undefined;

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
    // Hexadecimal: a key that began with a hyphen would be taken for an option, as in `--key $KEY`.
    if (!existsSync(file)) this.#write('api-key', randomBytes(24).toString('hex'));
    return readFileSync(file, 'utf8').trim();
  }

  /** The run that holds this directory, if it is alive. */
  currentRun(): Run | undefined {
    const run = this.#lastRun();
    return run && isAlive(run.pid) ? run : undefined;
  }

  /**
   * Holds the directory for this process. The lock is the system's own, on a file: only one of two that start at once
   * gets it, and it goes with the process, however that ends.
   * @throws Error that says who holds it.
   */
  hold(): void {
    const lock = new DatabaseSync(this.path('lock'));
    try {
      lock.exec('BEGIN EXCLUSIVE');
    } catch (error) {
      lock.close();
      if ((error as { errcode?: number }).errcode !== sqliteBusy) throw error;
      throw new Error(describeRun(this.directory, this.#lastRun()));
    }
    this.#lock = lock;
    this.#write('run.json', JSON.stringify({ pid: process.pid, since: now() } satisfies Run));
  }

  /** Notes the address of this process's run. */
  recordUrl(url: string): void {
    this.#write('run.json', JSON.stringify({ ...this.#lastRun(), url }));
  }

  release(): void {
    if (!this.#lock) return;
    rmSync(this.path('run.json'), { force: true });
    this.#lock.close();
    this.#lock = undefined;
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

function now(): string {
  return `${new Date().toISOString().slice(0, 19)}Z`;
}

function describeRun(directory: string, run: Run | undefined): string {
  if (!run) return `Trellis is just starting or stopping in ${directory}; try again`;
  const { pid, url = 'still starting', since } = run;
  return `Trellis already runs from ${directory}: ${url}, process ${pid}, since ${since}; Ctrl-C or kill ${pid} stops it`;
}
