import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { killWithThisProcess } from './emulator.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

export interface Process {
  readonly pid: number;
  readonly command: string;
}

export interface Laptop {
  /** Leader of a process group of its own, as a terminal's foreground job is. */
  readonly process: ChildProcess;
  /** Exit code, or the signal that ended it. */
  readonly ended: Promise<number | string>;
  /** All that it has written so far. */
  output(): string;
  /** It and all that it has started and that still runs, whoever their parents are by now. */
  processes(): Process[];
  /** A part of it that runs, by what its command line has; without the shell that guards it. */
  find(command: string): Process | undefined;
  hasPort(): boolean;
  isUp(): boolean;
  /** @throws Error before it is up */
  url(): string;
}

export interface LaptopOptions {
  readonly state: string;
  readonly port?: number;
  readonly command?: readonly [string, ...string[]];
  readonly variables?: Readonly<Record<string, string>>;
}

/** `npm start` without npm, on a free port unless another is given. */
export function startLaptop({ state, port = 0, command, variables }: LaptopOptions): Laptop {
  const [program, ...args] = command ?? [process.execPath, 'local/commands/start.ts'];
  // Whatever a process gives its children of its environment, it gives them PATH.
  const mark = `/nowhere/${randomUUID()}`;
  const child = spawn(program, [...args, '--state', state], {
    cwd: root,
    env: { ...process.env, PORT: String(port), ...variables, PATH: `${process.env.PATH}:${mark}` },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  killWithThisProcess({ process: child });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (chunk) => {
      output += chunk;
    });
  const ended = once(child, 'exit').then(([code, signal]) => (code ?? signal) as number | string);
  const processes = () => processesWith(mark);
  return {
    process: child,
    ended,
    output: () => output,
    processes,
    find: (part) =>
      processes().find(({ command }) => command.includes(part) && !command.startsWith('/bin/sh ')),
    hasPort: () => existsSync(join(state, 'run.json')),
    isUp: () => output.includes('Trellis is up.'),
    url: () => {
      const url = /http:\/\/localhost:\d+/.exec(output)?.[0];
      if (!url) throw new Error(`it is not up: ${output}`);
      return url;
    },
  };
}

/** From /proc, where a process's environment is what it was started with. */
function processesWith(mark: string): Process[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        if (!readFileSync(`/proc/${name}/environ`, 'utf8').includes(mark)) return [];
        const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
        return [{ pid: Number(name), command }];
      } catch {
        // Another user's, or ended meanwhile.
        return [];
      }
    });
}
