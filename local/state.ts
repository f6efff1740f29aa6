import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { environment } from '../contract/environment.ts';

/** The run that holds a state directory. It is written there, so that a second start and the commands find it. */
export interface Run {
  readonly pid: number;
  /** ISO 8601. */
  readonly since: string;
  /** Undefined until it has its port. */
  readonly url?: string;
  /** Endpoint of the state machines, once it is there. */
  readonly states?: string;
}

/** SQLite's code for a file that another process has locked. */
const sqliteBusy = 5;

export const defaultStateDirectory = '.trellis';

/** The directory that keeps the laptop's data, API key and logs between runs. */
export class State {
  /** An absolute path, since jobs get paths below it and run in other directories. */
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
  deleteData(): void {
    for (const name of ['data', 'jobs', 'service.log'])
      rmSync(this.path(name), { recursive: true, force: true });
  }

  /** The directory in which emulators keep their data. */
  get data(): string {
    const directory = this.path('data');
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    return directory;
  }

  /** The runs of scheduled tasks. */
  get taskHistory(): string {
    return join(this.data, 'tasks.jsonl');
  }

  /** The key from the environment, else one that is made once and kept in a file that only this user can read. */
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
   * Holds the directory for this process. The operating system locks a file: of two processes that start at once only one
   * gets the lock, and it is free again when that process ends, however it ends.
   * @throws Error that names the process that holds it.
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

  /** Records an address of this process's run. */
  recordAddress(address: Pick<Run, 'url' | 'states'>): void {
    this.#write('run.json', JSON.stringify({ ...this.#lastRun(), ...address }));
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

  /** Replaces the file by a rename, so that a reader never sees half of it. */
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
