import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

export interface Outcome {
  readonly status: number;
  readonly output: string;
}

/** Written after each command, with its exit code. */
const mark = '--- exit code ';
const marked = new RegExp(`^(.*)\n${mark}(\\d+)\n$`, 's');

/** Those whose shell has not ended yet: it must not outlive this process. */
const open = new Set<Terminal>();
process.once('exit', () => {
  for (const terminal of open) terminal.signal();
});

/** A shell that is given commands one after the other: what one exports, the next one knows. */
export class Terminal {
  readonly #shell: ChildProcess;
  readonly #closed: Promise<unknown>;
  #isClosed = false;
  #output = '';
  #errors = '';
  #heard: () => void = () => {};

  constructor(directory: string, env: Readonly<Record<string, string>>) {
    // A process group of its own, which Ctrl-C reaches as a whole.
    this.#shell = spawn('/bin/sh', { cwd: directory, env, detached: true });
    this.#shell.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.#output += text;
      this.#heard();
    });
    this.#shell.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#errors += text;
    });
    open.add(this);
    this.#closed = once(this.#shell, 'close').then(() => {
      open.delete(this);
      this.#isClosed = true;
      this.#heard();
    });
  }

  /** Runs a command to its end. */
  async run(command: string): Promise<Outcome> {
    const [, output = '', status] = await this.#type(`${command}\nprintf '\\n${mark}%s\\n' $?\n`, marked);
    return { status: Number(status), output: status === '0' ? output : `${output}\n${this.#errors}` };
  }

  /** Gives a command that goes on, and waits for words of it; the shell ends with the command. */
  async start(command: string, words: RegExp): Promise<string> {
    await this.#type(`${command}\nexit\n`, words);
    return this.#output;
  }

  /** Ctrl-C, which ends this shell too. @returns all that its last command wrote */
  async interrupt(): Promise<string> {
    this.signal();
    await this.#closed;
    return this.#output;
  }

  signal(): void {
    if (!this.#isClosed && this.#shell.pid) process.kill(-this.#shell.pid, 'SIGINT');
  }

  async #type(text: string, awaited: RegExp): Promise<RegExpExecArray> {
    this.#output = '';
    this.#errors = '';
    this.#shell.stdin?.write(text);
    for (;;) {
      const found = awaited.exec(this.#output);
      if (found) return found;
      if (this.#isClosed) throw new Error(`the shell ended: ${this.#output}\n${this.#errors}`);
      await new Promise<void>((resolve) => {
        this.#heard = resolve;
      });
    }
  }
}
