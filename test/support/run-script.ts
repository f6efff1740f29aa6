import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { format, type ParseArgsOptionsConfig } from 'node:util';
import { bareEnvironment } from '../../local/bare-environment.ts';
import { type Command, execute } from '../../scripts/command.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

export interface Ran {
  readonly output: string;
  readonly errors: string;
  readonly code: number;
}

/** A program of package.json, as npm runs it, with nothing of the environment but PATH and the variables given. */
export async function runScript(
  program: string,
  args: readonly string[],
  variables: Readonly<Record<string, string>> = {},
): Promise<Ran> {
  const child = spawn(process.execPath, [program, ...args], {
    cwd: root,
    env: { ...bareEnvironment(), ...variables },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [output, errors, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit'),
  ]);
  return { output, errors, code };
}

/** The same, with a reader that has gone away before anything was written. */
export async function runUnread(program: string, args: readonly string[]): Promise<Omit<Ran, 'output'>> {
  const child = spawn(process.execPath, [program, ...args], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.destroy();
  const [errors, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
  return { errors, code };
}

/** A command within this process, for what needs no process of its own; one at a time, since it takes the console. */
export async function runWithin<Options extends ParseArgsOptionsConfig>(
  command: Command<Options>,
  args: readonly string[],
): Promise<Ran> {
  const said = { log: '', error: '' };
  const { log, error } = console;
  const keep =
    (stream: keyof typeof said) =>
    (...words: unknown[]): void => {
      said[stream] += `${format(...words)}\n`;
    };
  Object.assign(console, { log: keep('log'), error: keep('error') });
  try {
    const code = await execute(command, args);
    return { output: said.log, errors: said.error, code };
  } finally {
    Object.assign(console, { log, error });
  }
}
