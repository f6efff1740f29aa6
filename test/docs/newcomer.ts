import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Terminal } from './terminal.ts';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** What a newcomer has: a clone whose packages are installed, an empty home and a few programs. */
export class Newcomer {
  readonly #home = mkdtempSync(join(tmpdir(), 'trellis-newcomer-'));
  readonly #programs = join(this.#home, 'bin');
  readonly clone = join(this.#home, 'trellis');
  readonly #ports: readonly number[];
  readonly #terminals: Terminal[] = [];
  #system: Terminal | undefined;

  /** @param ports take the places of 8080 and 8081 */
  constructor(ports: readonly number[], programs: readonly string[]) {
    this.#ports = ports;
    mkdirSync(this.#programs);
    for (const program of programs) symlinkSync(findProgram(program), join(this.#programs, program));
    copySources(this.clone);
    symlinkSync(join(root, 'node_modules'), join(this.clone, 'node_modules'));
  }

  terminal(): Terminal {
    const terminal = new Terminal(this.clone, {
      PATH: this.#programs,
      HOME: this.#home,
      PORT: this.adapt('8080'),
      // npm looks for a newer npm now and then; tests keep off the internet.
      npm_config_update_notifier: 'false',
    });
    this.#terminals.push(terminal);
    return terminal;
  }

  /** Runs the system in a terminal of its own, after Ctrl-C to the one before. @returns what it has written */
  async startSystem(command: string, isUp: RegExp): Promise<string> {
    await this.stopSystem();
    this.#system = this.terminal();
    return this.#system.start(command, isUp);
  }

  async stopSystem(): Promise<void> {
    if (!this.#system) return;
    await this.#system.interrupt();
    this.#system = undefined;
    if (existsSync(join(this.clone, '.trellis/run.json'))) throw new Error('Ctrl-C left a run behind');
  }

  /** kill -9, as a machine that loses its power. */
  async killSystem(): Promise<void> {
    const { pid } = JSON.parse(readFileSync(join(this.clone, '.trellis/run.json'), 'utf8'));
    process.kill(pid, 'SIGKILL');
    await this.#system?.interrupt();
    this.#system = undefined;
  }

  /** The command with the ports that are used here. */
  adapt(command: string): string {
    return command.replace(/808[01]/g, (port) => String(this.#ports[Number(port) - 8080]));
  }

  async leave(): Promise<void> {
    for (const terminal of this.#terminals) await terminal.interrupt();
    rmSync(this.#home, { recursive: true, force: true });
  }
}

/** The host's own program, not the one that npm's scripts find first. */
function findProgram(name: string): string {
  const directory = (process.env.PATH ?? '')
    .split(delimiter)
    .find((entry) => !entry.includes('node_modules') && existsSync(join(entry, name)));
  if (!directory) throw new Error(`there is no ${name} in PATH`);
  return join(directory, name);
}

/** A repository with the sources as they are now, in one commit. */
function copySources(target: string): void {
  const list = git(root, 'ls-files', '-z', '--cached', '--others', '--exclude-standard');
  const files = list.split('\0').filter((file) => file !== '' && existsSync(join(root, file)));
  for (const file of files) cpSync(join(root, file), join(target, file));
  git(target, 'init', '--quiet');
  git(target, 'add', '--all');
  git(
    target,
    '-c',
    'user.name=Test',
    '-c',
    'user.email=test@example.com',
    'commit',
    '--quiet',
    '-m',
    'Sources',
  );
}

function git(directory: string, ...args: string[]): string {
  // CI may check sources out as another user than it tests as.
  return execFileSync('git', ['-c', 'safe.directory=*', '-C', directory, ...args], {
    encoding: 'utf8',
    maxBuffer: 64 << 20,
  });
}
