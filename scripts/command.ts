import { inspect, type ParseArgsOptionsConfig, parseArgs } from 'node:util';

/** Exit codes of every command in package.json. */
export const exitCodes = {
  done: 0,
  failed: 1,
  misuse: 2,
  overBudget: 3,
  conflict: 4,
  noPulumi: 5,
  interrupted: 130,
} as const;

/** The command was called wrongly. The message is one line that names the option or setting and its allowed values. */
export class Misuse extends Error {}

type Values<Options extends ParseArgsOptionsConfig> = ReturnType<
  typeof parseArgs<{ options: Options; allowPositionals: true }>
>['values'];

export interface Command<Options extends ParseArgsOptionsConfig> {
  /** The command as people call it: `npm run upload`. */
  readonly name: string;
  /** The arguments, what the command does, a line for each option, and the exit codes. */
  readonly help: string;
  readonly options: Options;
  /** Whether it takes arguments beside options. */
  readonly positionals?: boolean;
  /** @returns the exit code; `done` unless it says otherwise. */
  readonly run: (values: Values<Options>, positionals: string[]) => Promise<number> | Promise<void>;
}

/**
 * Runs a command of package.json: `--help` prints its help, an error is one line on stderr, and the exit code says how it
 * ended. When the reader of its output goes away (`| head`), it goes on in silence: an upload must not stop half-way, and
 * its exit code still counts.
 */
export async function runCommand<Options extends ParseArgsOptionsConfig>(
  command: Command<Options>,
): Promise<void> {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', refuseUnlessClosed);
  process.exitCode = await execute(command, process.argv.slice(2));
}

/**
 * What `runCommand` does within a process that goes on.
 *
 * @returns the exit code
 */
export async function execute<Options extends ParseArgsOptionsConfig>(
  command: Command<Options>,
  args: readonly string[],
): Promise<number> {
  try {
    const { values, positionals } = parse(command, args);
    if ('help' in values && values.help) {
      console.log(`${command.name} ${command.help}`);
      return exitCodes.done;
    }
    const code = await command.run(values, positionals);
    return typeof code === 'number' ? code : exitCodes.done;
  } catch (error) {
    return report(error, command.name);
  }
}

/**
 * Work that evaluates a Pulumi program. Pulumi's runtime rejects promises of its own when the program throws, which would
 * end the process with a trace; the first one has the reason.
 *
 * @throws the reason
 */
export async function evaluating<T>(work: () => Promise<T>): Promise<T> {
  const { promise: failed, reject } = Promise.withResolvers<never>();
  process.on('unhandledRejection', reject);
  const done = await Promise.race([work(), failed]);
  // After a failure it stays: further ones may follow, which would end the process with another message.
  process.off('unhandledRejection', reject);
  return done;
}

/**
 * Prints on stderr what went wrong; with DEBUG in the environment, also where.
 * @returns the exit code
 */
function report(error: unknown, name: string): number {
  const isMisuse = error instanceof Misuse;
  const text = process.env.DEBUG === undefined ? messageOf(error) : inspect(error);
  console.error(isMisuse ? `${text} (all options: ${name} -- --help)` : text);
  return isMisuse ? exitCodes.misuse : exitCodes.failed;
}

/** @throws Misuse unless the text is a whole number within the limits. */
export function wholeNumber(
  option: string,
  text: string,
  min: number,
  max = Number.MAX_SAFE_INTEGER,
): number {
  const number = text.trim() === '' ? Number.NaN : Number(text);
  if (Number.isSafeInteger(number) && number >= min && number <= max) return number;
  const range = max === Number.MAX_SAFE_INTEGER ? `from ${min}` : `from ${min} to ${max}`;
  throw new Misuse(`${option} must be a whole number ${range}, not "${text}"`);
}

function parse<Options extends ParseArgsOptionsConfig>(command: Command<Options>, args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: { ...command.options, help: { type: 'boolean', short: 'h' } },
      allowPositionals: command.positionals ?? false,
    }) as { values: Values<Options>; positionals: string[] };
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    if (!code.startsWith('ERR_PARSE_ARGS')) throw error;
    // Its first sentence says what is wrong; the others suggest spellings that do not apply to these commands.
    throw new Misuse(message.split(/\. |\n/)[0]?.replace(/\.$/, ''));
  }
}

/** The message of an error and of its cause: a failed `fetch` says only in its cause why. */
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { message, cause } = error;
  if (!(cause instanceof Error)) return message;
  return `${message}: ${cause.message || ((cause as NodeJS.ErrnoException).code ?? cause.name)}`;
}

function refuseUnlessClosed(error: NodeJS.ErrnoException): void {
  // A terminal that was closed answers EIO.
  if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error;
}
