/**
 * A stand-in for the Pulumi CLI, which main.test.ts puts on the PATH as `pulumi`. It writes down how it was called, and
 * answers as the CLI does with `--json` (https://github.com/pulumi/pulumi/blob/master/pkg/display/json.go and
 * sdk/go/common/apitype/events.go there). What happens is said by FAKE_PULUMI, in the directory that it names: a rule for
 * each command, by its first word.
 */
import { appendFileSync, existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Called {
  args: string[];
  cwd: string;
  /** Variables that matter to Pulumi, to the provider, or to the user's privacy. */
  variables: Record<string, string>;
  /** What the stack file holds at that time. */
  stackFile: string | undefined;
}

/** What a command does; the n-th rule is for the n-th time that it is called, and the last one for all after it. */
export interface Rule {
  code?: number;
  /** What it writes, a line each. */
  lines?: unknown[];
  /** Whether it goes on until it is interrupted. */
  waits?: boolean;
}
export type Script = Record<string, Rule[]>;

const directory = process.env.FAKE_PULUMI as string;
const args = process.argv.slice(2);
const log = join(directory, 'calls.jsonl');
const before = existsSync(log) ? readFileSync(log, 'utf8').split('\n').filter(Boolean) : [];
const variables = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => /^(AWS|PULUMI|HTTPS?_PROXY)/.test(name)),
) as Record<string, string>;
const [file] = globSync('Pulumi.*.yaml');
const stackFile = file === undefined ? undefined : readFileSync(file, 'utf8');
appendFileSync(
  log,
  `${JSON.stringify({ args, cwd: process.cwd(), variables, stackFile } satisfies Called)}\n`,
);

const rules = (JSON.parse(readFileSync(join(directory, 'script.json'), 'utf8')) as Script)[args[0] ?? ''] ?? [
  {},
];
const times = before.filter((line) => (JSON.parse(line) as Called).args[0] === args[0]).length;
const { code = 0, lines = [], waits = false } = rules[Math.min(times, rules.length - 1)] ?? {};
for (const line of lines) console.log(typeof line === 'string' ? line : JSON.stringify(line));
if (waits) {
  process.on('SIGINT', () => process.exit(255));
  // Keeps the process until then.
  setInterval(() => undefined, 60_000);
} else process.exitCode = code;
